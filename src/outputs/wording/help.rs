//! The words of `--help`: what each command and option does, and examples that work.
//!
//! A command is found by its path (`"region build"`), an option by the name of its field. Options that
//! several commands share stand once in [`SHARED_OPTIONS`]; a command's own words come first. A test walks
//! every command of the program and fails for one whose words, options or two examples are missing here;
//! another runs every example.

use crate::outputs::wording::Phrase;

/// The words of one command.
#[derive(Clone, Copy, Debug)]
pub struct CommandWords {
    /// The command as typed after `buuta`; empty for the program itself.
    pub path: &'static str,
    /// What it does.
    pub about: Phrase,
    /// Its own options and arguments, by the name of their field.
    pub options: &'static [(&'static str, Phrase)],
    /// What else is worth knowing: exit codes, defaults; may be empty.
    pub note: Phrase,
    /// Lines to copy, run from the folder of the program's source after `buuta demo`, in this order; `map.osm.pbf`
    /// stands for an extract that the reader has, `times.csv` for legs that carriers have recorded.
    pub examples: &'static [&'static str],
}

/// Declares commands as `"path": about { options } note examples;`, all words as `vi / en`.
macro_rules! commands {
    ($($path:literal: $avi:literal / $aen:literal {
        $($option:ident: $ovi:literal / $oen:literal;)*
    } note $nvi:literal / $nen:literal; examples $($example:literal),+;)*) => {
        &[$(CommandWords {
            path: $path,
            about: Phrase { vi: $avi, en: $aen },
            options: &[$((stringify!($option), Phrase { vi: $ovi, en: $oen })),*],
            note: Phrase { vi: $nvi, en: $nen },
            examples: &[$($example),+],
        }),*]
    };
}

/// Declares options as `name: vi / en;`.
macro_rules! options {
    ($($option:ident: $vi:literal / $en:literal;)*) => {
        &[$((stringify!($option), Phrase { vi: $vi, en: $en })),*]
    };
}

/// Every command of the program.
pub const COMMANDS: &[CommandWords] = commands! {
    "": "Lập kế hoạch ngày làm việc của bưu cục phát kết quả thủ tục hành chính đến tận nhà" / "Plans the day of a post office that returns the results of administrative procedures to people's doors" {}
    note "Mã thoát: 0 xong; 1 lỗi của chương trình; 2 gõ sai lệnh; 3 dữ liệu vào có lỗi; 4 đã lập kế hoạch nhưng còn bưu gửi để lại; 5 tệp vùng hoặc sổ của bưu cục thiếu hay hỏng" / "Exit codes: 0 done; 1 a fault of the program; 2 wrong usage; 3 the input has errors; 4 planned with items left out; 5 a region or the depot's database is missing or damaged";
    examples "buuta demo",
        "buuta plan out/demo.input --date 2025-11-24 --out out/first";

    "demo": "Lập kế hoạch cho một ngày mẫu của một bưu cục hư cấu, ghi vào out/demo" / "Plans a bundled day of an invented office and writes it to out/demo" {
        out: "Thư mục để ghi; các tệp đầu vào nằm cạnh nó trong thư mục .input" / "The folder to write; the input files go beside it into a folder .input";
    }
    note "" / "";
    examples "buuta demo", "buuta demo --out out/short --time 2s --lang en";

    "plan": "Lập kế hoạch một ngày từ các tệp kết quả" / "Plans a day from files of results" {
        results: "Tệp kết quả: CSV và XLSX, dùng lẫn được; nêu thư mục là nêu mọi tệp trong đó" / "Files of results: CSV and XLSX, mixed; a folder stands for all of them in it";
        depot: "Tệp của bưu cục: địa bàn, đơn vị, bưu tá; không ghi thì là depot.toml cạnh tệp kết quả" / "The depot's own file: area, units, carriers; depot.toml beside the results when not given";
        date: "Ngày phát, viết 2025-11-24; không ghi thì là hôm nay" / "The day to plan, such as 2025-11-24; today when not given";
        out: "Thư mục để ghi; kế hoạch cũ trong đó được thay" / "The folder to write; an older plan there is replaced";
        export_problem: "Ghi thêm bài toán định tuyến, không tên người, không địa chỉ (buuta-problem/1)" / "Also write the routing problem alone, without names or addresses (buuta-problem/1)";
        dry_run: "Lập và in kế hoạch, không ghi tệp nào" / "Plan and print, write nothing";
        no_area_prior: "Không ưu tiên các xã của bưu cục khi một địa chỉ có thể thuộc nhiều xã" / "Do not prefer the depot's own communes where an address allows several";
    }
    note "Ctrl-C dừng tìm và ghi kế hoạch tốt nhất đã có." / "Ctrl-C stops the search and writes the best plan so far.";
    examples "buuta plan out/demo.input --date 2025-11-24 --out out/all --time 30s",
        "buuta plan out/demo.input/2-hoi-an.xlsx --date 2025-11-24 --out out/one",
        "buuta plan out/demo.input --date 2025-11-24 --out out/all --dry-run --timings";

    "region": "Đường thật: dựng tệp vùng từ bản trích OpenStreetMap, và hỏi tệp đó" / "Roads: builds a region file from an OpenStreetMap extract, and asks it" {}
    note "`buuta plan --region TỆP` lập kế hoạch theo đường của vùng; xem docs/REGION.md." / "`buuta plan --region FILE` plans on the roads of a region; see docs/REGION.md.";
    examples "buuta region build map.osm.pbf -o dn.buuta-region",
        "buuta region info dn.buuta-region";

    "region build": "Dựng tệp vùng từ bản trích OpenStreetMap" / "Builds a region file from an OpenStreetMap extract" {
        extract: "Bản trích .osm.pbf, sắp thứ tự như khi tải về" / "The extract: .osm.pbf, sorted as they come";
        out: "Tệp vùng để ghi" / "The region file to write";
        area: "Chỉ giữ một đơn vị hành chính của bản đồ: tên, hoặc chữ r và số của quan hệ" / "Keep an administrative area of the map: its name, or r and the number of its relation";
        bounds: "Chỉ giữ một khung: nam,tây,bắc,đông theo độ" / "Keep a box: south,west,north,east in degrees";
        polygon: "Chỉ giữ một đa giác: GeoJSON hoặc .poly của Osmosis" / "Keep a polygon: GeoJSON or Osmosis .poly";
        name: "Tên của vùng; không ghi thì là tên tệp" / "The region's name; the file's name when not given";
        profiles: "Các kiểu đi, cách nhau bằng dấu phẩy: motorbike, car, walking, hoặc tệp .toml" / "Profiles to price, with commas between: motorbike, car, walking, or files (.toml)";
    }
    note "Hãy lấy vùng rộng hơn địa bàn: đường nhanh nhất có thể đi ra ngoài." / "Take the area wider than the depot's: the fastest way may leave it.";
    examples "buuta region build map.osm.pbf --area \"Đà Nẵng\" -o dn.buuta-region",
        "buuta region build map.osm.pbf --box 15,107,16.4,109 -o dn.buuta-region";

    "region info": "Cho biết tệp vùng chứa gì; kiểm tra toàn bộ tệp" / "Says what a region file holds; checks all of it" {
        json: "In một giá trị JSON thay cho bảng" / "One JSON object instead of a table";
    }
    note "" / "";
    examples "buuta region info dn.buuta-region", "buuta region info dn.buuta-region --json";

    "region route": "Tìm đường nhanh nhất giữa hai nơi" / "Finds the fastest way between two places" {
        from: "Nơi đi: vĩ độ,kinh độ" / "Where from: latitude,longitude";
        to: "Nơi đến: vĩ độ,kinh độ" / "Where to: latitude,longitude";
        date: "Ngày đi, để biết thay đổi nào còn hiệu lực; không ghi thì là hôm nay" / "The day, for dated changes; today when not given";
        out: "Ghi đường đi dạng GeoJSON" / "Write the way as GeoJSON";
    }
    note "" / "";
    examples "buuta region route dn.buuta-region 15.742,108.356 15.745,108.370",
        "buuta region route dn.buuta-region 15.742,108.356 15.76,108.363 --profile car";

    "region draw": "Vẽ nền bản đồ: đường, nước và tên trong một khung, dạng GeoJSON" / "Draws the map beneath routes: roads, water and names of a box, as GeoJSON" {
        bounds: "Khung: nam,tây,bắc,đông theo độ; không ghi thì cả vùng" / "The box: south,west,north,east in degrees; all of the region when not given";
        out: "Nơi ghi GeoJSON; không ghi thì in ra màn hình" / "Where the GeoJSON goes; standard output when not given";
    }
    note "" / "";
    examples "buuta region draw dn.buuta-region -o out/map.geojson",
        "buuta region draw dn.buuta-region --box 15.7,108.3,15.8,108.4 -o map.geojson";

    "region profile": "In một kiểu đi kèm theo chương trình, để sửa thành của mình" / "Prints a shipped profile, to be edited" {
        name: "motorbike, car hoặc walking" / "motorbike, car or walking";
    }
    note "Sửa xong, dùng với `buuta plan --profile TỆP.toml`." / "When edited, use it with `buuta plan --profile FILE.toml`.";
    examples "buuta region profile motorbike", "buuta region profile walking";

    "region calibrate": "Tính lại tốc độ của một kiểu đi theo các chặng đã ghi" / "Fits the speeds of a profile to recorded legs" {
        times: "Tệp CSV các chặng: from_lat, from_lon, to_lat, to_lon, time_s (giây đi đường, không kể lúc ở cửa)" / "A CSV of legs: from_lat, from_lon, to_lat, to_lon, time_s (seconds under way, without the time at the door)";
        profile: "Kiểu đi làm gốc: tên trong vùng, hoặc tệp .toml" / "The profile to start from: one of the region, or a file (.toml)";
        out: "Tệp kiểu đi để ghi" / "The profile file to write";
    }
    note "Cần ít nhất 20 chặng. Mã thoát: 0 xong; 3 có dòng phải bỏ hoặc tệp không dùng được. Xem docs/REGION.md." / "At least 20 legs are needed. Exit code: 0 done; 3 rows were left out or a file cannot be used. See docs/REGION.md.";
    examples "buuta region calibrate dn.buuta-region times.csv -o ours.toml",
        "buuta region calibrate dn.buuta-region times.csv --profile car -o van.toml";

    "resolve": "Cho biết một địa chỉ thuộc xã nào, và vì sao" / "Says which commune an address means, and why" {
        text: "Địa chỉ, mỗi tham số một địa chỉ" / "The addresses, one per argument";
        format: "table: bảng cho người đọc; json: mỗi dòng một giá trị JSON" / "table: for people; json: one JSON value per line";
        file: "Tệp CSV hoặc XLSX có dòng tiêu đề; các cột được giữ, câu trả lời thêm vào sau" / "A CSV or XLSX file with a header; its columns are kept and the answer is added behind them";
        out: "Nơi ghi tệp đã trả lời; không ghi thì in ra màn hình" / "Where the answered file goes; standard output when not given";
        review: "Ghi sổ tính các địa chỉ còn ngờ, mỗi dòng kèm những xã có thể chọn" / "A workbook of the doubtful addresses, each with the communes to choose from";
        learn: "Ghi vào sổ của bưu cục điều người xem đã quyết: sổ tính --review đã điền, hoặc bảng lần phát có địa chỉ, mã xã, vĩ độ, kinh độ" / "Learns what a reviewer decided: the filled workbook of --review, or a table of deliveries with address, commune code, lat and lon";
    }
    note "Mã thoát: 0 xong; 3 có dòng không học được hoặc tệp không dùng được; 5 sổ của bưu cục thiếu hay hỏng." / "Exit code: 0 done; 3 a row could not be learned or a file cannot be used; 5 the depot's database is missing or damaged.";
    examples "buuta resolve \"K356/12 Hoàng Diệu, Bình Thuận, Hải Châu, Đà Nẵng\"",
        "buuta resolve \"xã Tam Dân, huyện Phú Ninh, Quảng Nam\" --format json",
        "buuta resolve --file out/demo.input/1-tam-ky.csv --out out/resolved.csv",
        "buuta resolve --file out/demo.input/1-tam-ky.csv --review out/review.xlsx",
        "buuta resolve --learn out/review.xlsx --depot-db out/depot.db";

    "places": "Nêu, kết xuất hoặc quên các địa điểm mà bưu cục đã học" / "Lists, exports or forgets the places a depot has learned" {
        export: "Ghi tất cả ra tệp CSV thay vì in ra màn hình" / "Write all of them as CSV instead of a table";
        forget: "Quên các địa điểm mang số này, cách nhau bằng dấu phẩy; số nào không có thì không quên gì" / "Forget the places of these numbers, with commas between; when one is unknown, nothing is forgotten";
    }
    note "Địa điểm được học với `buuta resolve --learn`; `plan` và `resolve` dùng chúng với --depot-db." / "Places are learned with `buuta resolve --learn`; `plan` and `resolve` use them with --depot-db.";
    examples "buuta places --depot-db out/depot.db",
        "buuta places --depot-db out/depot.db --export out/places.csv";

    "solve": "Giải một bài toán định tuyến của giới nghiên cứu" / "Solves a routing problem of research" {
        time: "Thời gian của cả lệnh, kể cả đọc và ghi: 30s, 10min, 500ms" / "Wall-clock time of the whole command, reading and writing included: 30s, 10min, 500ms";
        start: "Lời giải để bắt đầu, dạng VRPLIB, buuta-solution/1 hoặc trả lời của VROOM: đủ, thiếu hay sai đều được" / "A plan to begin with, in VRPLIB text, buuta-solution/1 or VROOM's answer: complete, partial or broken";
        output: "Nơi ghi lời giải" / "Where the plan goes";
        plan: "Không tìm: cho biết giờ giấc và vi phạm của các tuyến ghi trong `steps` của xe (dạng VROOM)" / "No search: tells times and violations of the routes in the vehicles' `steps` (VROOM's JSON)";
        write: "Dạng lời giải: sol (VRPLIB), json (kèm giờ giấc) hoặc vroom; không ghi thì là vroom cho bài dạng VROOM, còn lại là sol" / "How the plan is written: sol (VRPLIB), json (with its schedule) or vroom; when not given, vroom for problems in VROOM's JSON and sol for others";
        json: "In một dòng JSON về kết quả" / "One line of JSON about the result on standard output";
    }
    note "Không có --output và --json thì lời giải được in ra màn hình." / "Without --output and --json the plan is written to standard output.";
    examples "buuta solve data/instances/square.vrp --time 1s --output out/square.sol",
        "buuta solve data/instances/vroom.json --format vroom --write vroom --time 1s",
        "buuta solve data/instances/windows.txt --iterations 1000 --seed 7 --json";

    "check": "Tính lại một lời giải và nêu mọi quy tắc bị vi phạm" / "Recomputes a solution of a routing problem and lists what it breaks" {
        solution: "Lời giải, dạng VRPLIB, buuta-solution/1 hoặc trả lời của VROOM" / "The plan, in VRPLIB text, buuta-solution/1 or VROOM's answer";
        json: "Một dòng JSON thay cho lời" / "One line of JSON instead of words";
    }
    note "Mã thoát: 0 hợp lệ; 3 có vi phạm hoặc tệp không dùng được." / "Exit code: 0 allowed; 3 a rule is broken or a file cannot be used.";
    examples "buuta check data/instances/square.vrp out/square.sol",
        "buuta check data/instances/square.vrp out/square.sol --json";

    "problem": "Mô tả các tệp bài toán định tuyến của chương trình" / "Describes the program's own files of routing problems" {}
    note "docs/PROBLEM.md nêu bài toán bằng công thức, kèm ví dụ." / "docs/PROBLEM.md states the problem in formulas, with examples.";
    examples "buuta problem schema", "buuta problem generate --stops 5 --features all";

    "problem schema": "In JSON Schema của buuta-problem/1 hoặc buuta-solution/1" / "Prints the JSON Schema of buuta-problem/1 or buuta-solution/1" {
        kind: "Tệp cần mô tả" / "The file to describe";
    }
    note "" / "";
    examples "buuta problem schema", "buuta problem schema solution";

    "problem generate": "Tạo một bài toán ngẫu nhiên, dạng buuta-problem/1" / "Makes a random problem, as buuta-problem/1" {
        stops: "Số điểm phát" / "How many stops";
        features: "Những điều bài toán nêu, cách nhau bằng dấu phẩy: plain (không gì thêm), all (mọi điều) hay từng điều; không ghi thì chọn ngẫu nhiên" / "What the problem states, with commas between: plain (nothing more), all (everything) or one by one; by chance when not given";
        output: "Tệp để ghi; không ghi thì in ra màn hình" / "The file to write; standard output when not given";
    }
    note "Cùng hạt giống thì cùng bài toán; thêm một điều không đổi những điều khác." / "The same seed makes the same problem; a feature more changes nothing else.";
    examples "buuta problem generate --stops 40 --seed 7 -o out/random.json",
        "buuta problem generate --stops 9 --features windows,pairs -o out/pairs.json";

    "evaluate": "Giải cả bộ bài toán và so với kết quả tốt nhất đã biết" / "Solves whole sets of research instances and compares with the best known" {
        folders: "Thư mục bài toán, mỗi thư mục một bộ, có bks.csv: tên và giá trị tốt nhất đã biết" / "Folders of instances, one family each, with bks.csv: name and best known value";
        sample: "Lấy chừng này bài của mỗi bộ, cách đều theo tên; không ghi thì lấy hết" / "So many instances of each family, evenly over the sorted names; all when not given";
        seeds: "Chạy với hạt giống 1 đến N; báo trung vị" / "Seeds 1 to N; medians over them are reported";
        time: "Thời gian mỗi lần chạy, kể cả đọc: 30s, 10min, 500ms" / "Wall-clock time of each run, reading included: 30s, 10min, 500ms";
        objective: "Cần nhỏ điều gì: distance (chi phí), vehicles-distance (số xe rồi chi phí); không ghi thì theo bks.csv" / "What is to be small: distance (cost), vehicles-distance (vehicles, then cost); as bks.csv counts when not given";
        csv: "Nơi ghi mỗi lần chạy một dòng, ngay khi xong" / "Where one line per run goes, as soon as it is done";
        baseline: "Tệp CSV của lần chạy trước để so" / "The CSV of an earlier run to compare with";
    }
    note "" / "";
    examples "buuta evaluate data/instances --iterations 200 --csv out/runs.csv",
        "buuta evaluate data/instances --iterations 200 --baseline out/runs.csv";

    "evaluate addresses": "Đọc các địa chỉ đã biết xã và cho biết đúng, sai, cần xem bao nhiêu" / "Reads addresses whose commune is known: how many right, wrong, to review" {
        files: "Tệp CSV có các cột text, kind và commune_2025 (mã xã, dấu ; giữa các khả năng)" / "CSV files with the columns text, kind and commune_2025 (codes, ; between alternatives)";
        generated: "Thêm chừng này địa chỉ bịa cho mỗi cách viết" / "So many made-up addresses of every way of writing, besides";
        seed: "Hạt giống của địa chỉ bịa; xác suất được đếm trên hạt giống 1" / "What the made-up addresses start from; the probabilities were counted on seed 1";
        mistakes: "Nêu thêm từng địa chỉ trả lời sai hoặc cần xem" / "Also list every address that was answered wrongly or sent to review";
    }
    note "" / "";
    examples "buuta evaluate addresses --generated 20",
        "buuta evaluate addresses --generated 10 --seed 7 --mistakes";

    "help": "In trợ giúp của chương trình hoặc của một lệnh" / "Prints the help of the program or of a command" {
        command: "Lệnh cần xem" / "The command to look up";
    }
    note "" / "";
    examples "buuta help plan", "buuta help --lang en";
};

/// Options that mean the same in every command that has them.
pub const SHARED_OPTIONS: &[(&str, Phrase)] = options! {
    lang: "Ngôn ngữ của mọi lời in ra; mặc định lấy ở biến môi trường BUUTA_LANG, nếu không là tiếng Việt" / "Language of everything people read; the default comes from the environment's BUUTA_LANG, else Vietnamese";
    help: "In trợ giúp này" / "Print this help";
    version: "In phiên bản" / "Print the version";
    time: "Thời gian tìm, ví dụ 10s hay 2min; dừng sớm khi không còn tốt hơn" / "How long to search, such as 10s or 2min; stops early when nothing gets better";
    iterations: "Số vòng tìm thay cho thời gian: máy nào cũng ra cùng một kế hoạch" / "Iterations of all workers together instead of a time: the same plan on every machine";
    seed: "Hạt giống của ngẫu nhiên" / "What chance starts from";
    threads: "Số luồng; 0 là mọi nhân" / "Threads; all cores when 0";
    workers: "Số cuộc tìm song song, góp phần quyết định lời giải; 0 thì chương trình chọn" / "Searches side by side, part of what determines the answer; chosen by the program when 0";
    region: "Tệp vùng: đường thật để đi, và cùng --boundaries để đọc địa chỉ thiếu xã (xem `buuta region build`)" / "A region file: real roads to travel on, and with --boundaries to read addresses without commune (see `buuta region build`)";
    boundaries: "Ranh giới xã dạng GeoJSON (thường hoặc .gz): để vẽ bản đồ, và cùng --region để biết đường nào thuộc xã nào" / "GeoJSON of commune outlines (plain or .gz): for the map, and with --region for the communes of its streets";
    profile: "Kiểu đi của vùng, hoặc tệp kiểu đi (.toml)" / "A profile of the region, or a profile file (.toml)";
    road_changes: "Tệp .toml các đoạn đường cấm hay chậm, có ngày; áp dụng cho ngày này" / "Closures and speeds with their dates (.toml), applied for this day";
    travel: "Nguồn thời gian đi khác: osrm:URL, valhalla:URL, matrix:TỆP, hoặc estimate (ước lượng)" / "Another source of travel times: osrm:URL, valhalla:URL, matrix:FILE, or estimate";
    depot_db: "Sổ của bưu cục: các địa điểm đã học" / "The depot's own database: places it has learned";
    streets: "Bảng đường (CSV) có cột name, commune và, nếu biết, weight, house_from, house_to, side" / "A CSV of streets with the columns name, commune and, if known, weight, house_from, house_to, side";
    units: "Thư mục có các bảng đơn vị hành chính mới hơn, thay bảng cùng tên của chương trình" / "A folder with newer tables of units, which take the place of the bundled ones of the same name";
    area: "Mã các xã được ưu tiên khi ngang nhau, cách nhau bằng dấu phẩy" / "Codes of the communes preferred between equals, with commas between";
    timings: "In thời gian của từng phòng" / "Print how long each room took";
    format: "Cách in tóm tắt: table cho người đọc, json cho máy" / "How the summary is printed: table for people, json for machines";
    progress: "Cách báo tiến độ: auto (thanh trên màn hình), plain (từng dòng), json, none" / "How progress is shown: auto (a bar on a terminal), plain (lines), json, none";
    file: "Tệp bài toán" / "The instance";
    rounding: "Cách làm tròn độ dài: round, floor, ceil, dimacs, exact hoặc scaled:N; không ghi thì theo dạng tệp" / "How lengths become integers: round, floor, ceil, dimacs, exact or scaled:N; as the format wants when not given";
    objective: "Điều cần nhỏ: distance (chi phí của bài), vehicles-distance (ít xe rồi chi phí), duration (thời gian)" / "What is to be small: distance (the instance's cost), vehicles-distance (vehicles, then cost), duration (time under way)";
};

/// Fixed words of help pages and usage errors.
pub mod page {
    use crate::outputs::wording::Phrase;

    phrases! {
        USAGE: "Cách dùng:" / "Usage:";
        COMMANDS: "Lệnh" / "Commands";
        ARGUMENTS: "Tham số" / "Arguments";
        OPTIONS: "Tùy chọn" / "Options";
        EXAMPLES: "Ví dụ:" / "Examples:";
        VALUES: "[giá trị: {0}]" / "[values: {0}]";
        DEFAULT: "[mặc định: {0}]" / "[default: {0}]";
        SOME_OPTIONS: "[TÙY CHỌN]" / "[OPTIONS]";
        A_COMMAND: "LỆNH" / "COMMAND";
        SEE_HELP: "Xem thêm: {0} --help" / "For more, see: {0} --help";
        PERHAPS: "có phải là {0}?" / "perhaps {0}?";
        UNKNOWN_OPTION: "không có tùy chọn hay tham số `{0}`" / "there is no option or argument `{0}`";
        UNKNOWN_COMMAND: "không có lệnh `{0}`" / "there is no command `{0}`";
        NO_COMMAND: "thiếu lệnh; có các lệnh: {0}" / "a command is missing; there are: {0}";
        MISSING: "thiếu {0}" / "missing: {0}";
        CONFLICT: "`{0}` không dùng chung được với `{1}`" / "`{0}` cannot be used with `{1}`";
        NO_VALUE: "`{0}` cần một giá trị" / "`{0}` needs a value";
        BAD_VALUE: "`{1}` không phải là giá trị của `{0}`" / "`{1}` is no value of `{0}`";
        ALLOWED: "hãy chọn: {0}" / "choose from: {0}";
        TOO_MANY: "thừa giá trị `{1}` cho `{0}`" / "`{1}` is one value too many for `{0}`";
        TWICE: "`{0}` chỉ được ghi một lần" / "`{0}` may be given only once";
        NOT_UTF8: "tham số không phải là chữ Unicode" / "an argument is not Unicode text";
        BAD_LANG: "biến môi trường BUUTA_LANG là `{0}`; hãy đặt vi hoặc en" / "the environment's BUUTA_LANG is `{0}`; set it to vi or en";
    }
}

/// The words of a command by its path.
pub fn command_words(path: &str) -> Option<&'static CommandWords> {
    COMMANDS.iter().find(|command| command.path == path)
}

/// The words of an option of a command, its own before the shared ones.
pub fn option_words(path: &str, option: &str) -> Option<Phrase> {
    let own = command_words(path).map_or(&[][..], |command| command.options);
    let found = own.iter().chain(SHARED_OPTIONS).find(|(name, _)| *name == option);
    found.map(|(_, phrase)| *phrase)
}
