//! What is said when the world refuses: a file, a folder, a value. `{0}`, `{1}` … are the values.

use crate::outputs::wording::Phrase;

phrases! {
    // Files and folders of any command.
    CANNOT_READ: "không đọc được {0}" / "cannot read {0}";
    CANNOT_WRITE: "không ghi được {0}; hãy xem lại thư mục, hoặc chọn nơi khác" / "cannot write {0}; check its folder, or choose another place";
    NO_DEPOT_FILE: "không đọc được {0}; hãy nêu tệp của bưu cục với --depot" / "cannot read {0}; name the depot's file with --depot";
    CANNOT_CREATE: "không tạo được thư mục {0}; hãy chọn thư mục khác với --out" / "cannot create the folder {0}; name another one with --out";
    CANNOT_REPLACE: "không thay được thư mục {0}; hãy đóng các tệp đang mở trong đó" / "cannot replace the folder {0}; close the files that are open in it";
    CANNOT_RENAME: "không đổi tên được {0} thành {1}; hãy chọn thư mục khác với --out" / "cannot rename {0} to {1}; name another folder with --out";
    IN_FILE: "trong {0}" / "in {0}";
    OUT_IS_FILE: "{0} là một tệp; hãy nêu một thư mục với --out" / "{0} is a file; name a folder with --out";
    OUT_HAS_NO_NAME: "{0} không có tên thư mục; hãy nêu một thư mục riêng với --out" / "{0} names no folder of its own; name one with --out";
    OUT_IS_TAKEN: "{0} có tệp khác mà không có plan.json; hãy nêu thư mục khác với --out" / "{0} holds files but no plan.json; name another folder with --out";
    NO_TABLES_IN: "thư mục {0} không có tệp .csv hay .xlsx nào; hãy nêu tệp kết quả" / "the folder {0} holds no .csv or .xlsx file; name files of results";
    NO_USABLE_ROW: "không có dòng nào dùng được" / "no row can be used";
    INTERRUPTED: "dừng tìm, ghi kế hoạch tốt nhất đã có; bấm Ctrl-C lần nữa để bỏ ngay" / "stopping the search, writing the best plan so far; press Ctrl-C again to quit at once";
    // The depot's file.
    NO_CARRIER: "không có [[carrier]] nào; một ngày cần ít nhất một bưu tá" / "no [[carrier]] is given; a day needs at least one";
    NO_AREA: "[office] area không có xã nào; hãy ghi các xã bưu cục phụ trách" / "[office] area lists no commune; name the communes this depot serves";
    IN_ENTRY: "mục {0}" / "entry {0}";
    CODE_TWICE: "mã [[carrier]] {0} ghi hai lần" / "[[carrier]] code {0} is given twice";
    BAD_PATTERN: "[calendar] pattern là \"{0}\"; hãy ghi \"mon-sat\" hoặc \"mon-fri\"" / "[calendar] pattern is \"{0}\"; write \"mon-sat\" or \"mon-fri\"";
    BAD_HOLIDAY: "[calendar] holidays: \"{0}\" không phải là ngày, viết như 2025-09-02" / "[calendar] holidays: \"{0}\" is no date such as 2025-09-02";
    EMPTY_SHIFT: "ca từ {0} đến {1} là rỗng; shift_end phải muộn hơn" / "the shift from {0} to {1} is empty; shift_end must be later";
    REST_TOGETHER: "rest_start và rest_end phải đi cùng nhau" / "rest_start and rest_end must be given together";
    REST_OUTSIDE: "giờ nghỉ phải nằm trong ca" / "the rest must lie within the shift";
    BAD_SKILL: "không có kỹ năng \"{0}\"; hãy ghi in_person, water hoặc mountain" / "skill \"{0}\" is unknown; write in_person, water or mountain";
    BAD_STRENGTH: "walk: strength {0} không nằm trong khoảng 0 đến 1" / "walk strength {0} is not from 0 to 1";
    BAD_ZONE: "[[choices.zone]] within_km là {0}; hãy ghi một số từ 0 đến 3000" / "[[choices.zone]] within_km is {0}; write a number from 0 to 3000";
    BAD_WEIGHT: "weight_max_kg là {0}; hãy ghi một số từ 0 đến 1000" / "weight_max_kg is {0}; write a number from 0 to 1000";
    BAD_CASH: "cash_max là {0}; không được âm" / "cash_max is {0}; it must not be negative";
    LAT_LON_TOGETHER: "vĩ độ và kinh độ phải đi cùng nhau" / "latitude and longitude must be given together";
    NO_COMMUNE: "\"{0}\" không phải là xã hiện nay; hãy ghi tên sau ngày 01/07/2025, hoặc mã xã" / "\"{0}\" is no commune of today; write its name after 1 July 2025, or its code";
    SEVERAL_COMMUNES: "\"{0}\" có thể là {1} xã ({2}); hãy ghi mã xã" / "\"{0}\" may be {1} communes ({2}); write the code";
    NOT_ON_GLOBE: "{0}, {1} không phải là tọa độ trên trái đất" / "{0}, {1} is not on the globe";
    BAD_CLOCK: "\"{0}\" không phải là giờ, viết như 08:00" / "\"{0}\" is no time of day such as 08:00";
    // Addresses, and what a depot knows of them.
    NO_TABLE: "{0} không phải là bảng; hãy lưu dạng .csv hoặc .xlsx" / "{0} is not a table; save it as .csv or .xlsx";
    NO_ROW: "{0} không có dòng nào; hãy kết xuất lại" / "{0} has no row; export it again";
    DAMAGED_WORKBOOK: "{0} không phải là sổ tính đọc được; hãy mở ra và lưu lại dạng .xlsx" / "{0} is not a workbook that can be read; open it and save it again as .xlsx";
    NO_WORKBOOKS: "{0} là sổ tính; bản này không đọc sổ tính, hãy lưu dạng CSV" / "{0} is a workbook; this program was built without them, save it as CSV";
    NO_REVIEW_WORKBOOK: "bản này không ghi sổ tính, nên không có --review" / "this program was built without workbooks, so there is no --review";
    NO_ADDRESS_COLUMN: "{0} cần cột «Địa chỉ», «Xã» hoặc «Mã xã»; thấy: {1}" / "{0} needs a column «Địa chỉ», «Xã» or «Mã xã»; found: {1}";
    NO_DECISIONS: "không có cột «Chọn xã, phường» hay «Mã xã» ghi quyết định" / "no column «Chọn xã, phường» or «Mã xã» holds the decisions";
    KNOWN_ADDRESSES_COLUMN: "thiếu cột {0}; cần các cột text, kind và commune_2025" / "no column {0}; needed are text, kind and commune_2025";
    CANNOT_READ_TEXT: "không đọc được {0} dạng UTF-8" / "cannot read {0} as UTF-8";
    NO_UNITS: "thư mục {0} không có bảng đơn vị hành chính nào; cần một trong: {1}" / "{0} holds no table of units; expected one of: {1}";
    STREETS_COLUMN: "{0} thiếu cột {1}; bảng đường cần name và commune (hoặc district)" / "{0} has no column {1}; a table of streets needs name and commune (or district)";
    NO_COMMUNE_CODE: "{0}, dòng {1}: \"{2}\" không phải là mã xã; hãy ghi năm chữ số" / "{0}, row {1}: \"{2}\" is no commune code; write five digits";
    NO_HOUSE_NUMBER: "{0}, dòng {1}: \"{2}\" không phải là số nhà; hãy ghi một số nguyên" / "{0}, row {1}: \"{2}\" is no house number; write a whole number";
    BAD_STREET_WEIGHT: "{0}, dòng {1}: weight là {2}; phải lớn hơn 0" / "{0}, row {1}: weight is {2}; it must be above 0";
    NO_SIDE: "{0}, dòng {1}: side là \"{2}\"; hãy ghi odd, even hoặc để trống" / "{0}, row {1}: side is \"{2}\"; write odd, even or nothing";
    NO_SUCH_PLACE: "không có địa điểm số {0}; chưa quên địa điểm nào" / "no place has the number {0}; nothing was forgotten";
    // Roads, and where travel times come from.
    NO_REGION: "không mở được tệp vùng {0}: {1}; hãy xem lại đường dẫn, hoặc tạo bằng `buuta region build`" / "cannot open the region {0}: {1}; check the path, or make one with `buuta region build`";
    NO_TRAVEL_SOURCE: "\"{0}\" không phải là nguồn thời gian đi; hãy viết osrm:URL, valhalla:URL, matrix:FILE hoặc estimate" / "\"{0}\" is no source of travel times; write osrm:URL, valhalla:URL, matrix:FILE or estimate";
    NO_DATE: "\"{0}\" không phải là ngày; hãy viết như 2025-11-24" / "\"{0}\" is no date; write 2025-11-24";
    IN_CHANGE: "trong {0}, thay đổi {1}" / "in {0}, change {1}";
    CHANGE_BACKWARD: "kết thúc ngày {0}, trước khi bắt đầu ngày {1}" / "it ends on {0}, before it begins on {1}";
    CHANGE_WHERE: "hãy nêu way, street, box, hoặc street cùng box" / "name a way, a street, a box, or a street and a box";
    CHANGE_WHAT: "hãy ghi đúng một trong closed = true, speed_kmh và time_factor" / "say exactly one of closed = true, speed_kmh and time_factor";
    CHANGE_SPEED: "speed_kmh là {0}; phải từ 1 đến 160" / "speed_kmh is {0}; it must lie between 1 and 160";
    CHANGE_FACTOR: "time_factor là {0}; phải từ 0.1 đến 100" / "time_factor is {0}; it must lie between 0.1 and 100";
    NO_SHIPPED_PROFILE: "không có kiểu đi kèm theo tên \"{0}\"; có motorbike, car và walking" / "\"{0}\" is no shipped profile; there are motorbike, car and walking";
    NO_ROAD_NEAR: "một nơi không có đường trong vòng 30 km của vùng này; hãy xem lại vĩ độ,kinh độ" / "a place has no road within 30 km in this region; check latitude,longitude";
    // Quantities on the command line.
    NO_DURATION: "hãy viết một số với ms, s, min hoặc h, ví dụ 30s hay 1.5min" / "write a number with ms, s, min or h, such as 30s or 1.5min";
    NO_ROUNDING: "hãy viết round, floor, ceil, dimacs, exact, hoặc scaled:N với N từ 1 đến 1000000" / "write round, floor, ceil, dimacs, exact, or scaled:N with N from 1 to 1000000";
    NO_BOX: "{0} không phải là khung; hãy viết nam,tây,bắc,đông theo độ" / "{0} is no box; write south,west,north,east in degrees";
    BOX_FORM: "hãy viết nam,tây,bắc,đông theo độ" / "write south,west,north,east in degrees";
    PLACE_FORM: "hãy viết vĩ độ,kinh độ, ví dụ 15.5736,108.474" / "write latitude,longitude such as 15.5736,108.474";
    // Research instances.
    TABLE_TOO_LARGE: "--stops là {0}; matrix và speeds ghi mọi chặng vào bảng, nhiều nhất {1} điểm, hãy bỏ chúng hoặc bớt điểm" / "--stops is {0}; matrix and speeds put every leg into a table, of {1} stops at most, leave them out or take fewer stops";
    FILE_TOO_LARGE: "{0} có {1} byte, giới hạn là {2}; hãy chia bài toán ra" / "{0} has {1} bytes, the limit is {2}; cut the problem into parts";
    NOT_VROOM: "{0} không phải là bài toán dạng VROOM, nên không trả lời được dạng đó; hãy chọn --write sol hoặc json" / "{0} is no problem in VROOM's JSON, so it cannot be answered in it; choose --write sol or json";
    NO_GIVEN_ROUTES: "{0} không có xe nào ghi `steps`; --plan cần tuyến cho sẵn" / "no vehicle of {0} has `steps`; --plan needs routes that are given";
    NO_ROUTE_LINE: "{0}: không có dòng nào bắt đầu bằng `Route`; lời giải viết `Route #1: 4 7 2`, mỗi xe một dòng" / "{0}: no line begins with `Route`; a plan is written `Route #1: 4 7 2`, one line per vehicle";
    NO_EVALUATION: "{0} không phải là CSV của lần chạy trước" / "{0} is no CSV of an earlier evaluation";
    FAMILY_TABLE: "{0}: {1}; một bộ cần bảng có cột name và bks" / "{0}: {1}; a family needs a table with the columns name and bks";
    FAMILY_COLUMN: "{0} thiếu cột {1}; có: {2}" / "{0} has no column {1}; found: {2}";
    FAMILY_VALUE: "{0} dòng {1}: `{2}` không phải là số dương" / "{0} line {1}: `{2}` is not a positive number";
    // The system.
    IO_NOT_FOUND: "không có tệp hoặc thư mục này" / "no such file or folder";
    IO_DENIED: "không được phép" / "permission denied";
    IO_NOT_FOLDER: "một phần của đường dẫn không phải là thư mục" / "a part of the path is not a folder";
    IO_IS_FOLDER: "đây là thư mục, không phải tệp" / "this is a folder, not a file";
    IO_READ_ONLY: "ổ đĩa chỉ cho đọc" / "the disk is read-only";
    IO_FULL: "ổ đĩa đã đầy" / "the disk is full";
    IO_EXISTS: "đã có tệp hoặc thư mục này" / "the file or folder exists already";
}
