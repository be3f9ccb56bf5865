//! Which column means what: headers are folded and looked up by name, never by position.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Lower case, without accents, đ as d, everything but letters and digits squeezed to single spaces.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        let c = if c == 'đ' { 'd' } else { c };
        if !c.is_alphanumeric() {
            gap = true;
            continue;
        }
        if gap && !folded.is_empty() {
            folded.push(' ');
        }
        gap = false;
        folded.push(c);
    }
    folded
}

/// Declares the canonical fields with their usual headers, folded when looked up.
macro_rules! keys {
    ($($(#[$doc:meta])* $key:ident $name:literal: $($header:literal),+;)+) => {
        /// A canonical intake field (R-IN-2).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Key { $($(#[$doc])* $key),+ }

        impl Key {
            /// All fields.
            pub const ALL: &[Self] = &[$(Self::$key),+];

            /// The key as written in configuration and canonical files.
            pub fn name(self) -> &'static str {
                match self { $(Self::$key => $name),+ }
            }

            /// Headers this field is known under, the usual one first.
            pub fn headers(self) -> &'static [&'static str] {
                match self { $(Self::$key => &[$($header),+]),+ }
            }
        }
    };
}

keys! {
    /// Key of the item.
    Dossier "ma_ho_so": "Mã hồ sơ", "Số hồ sơ", "Mã số hồ sơ", "Mã HS", "Số HS", "OrderNumber", "Mã biên nhận", "Số biên nhận", "Mã hồ sơ TTHC";
    /// Code on the cover.
    ItemCode "so_hieu_buu_gui": "Số hiệu bưu gửi", "SHBG", "Mã vận đơn", "Mã vận đơn bưu điện", "Mã bưu gửi", "ItemCode", "Số hiệu BG", "Mã bưu phẩm", "Số vận đơn";
    /// One-stop shop.
    Unit "don_vi_tra": "Đơn vị trả kết quả", "Bộ phận Một cửa", "Trung tâm PVHCC", "Đơn vị", "Đơn vị trả", "Trung tâm phục vụ hành chính công", "Nơi trả kết quả", "Đơn vị bàn giao", "Đơn vị tiếp nhận", "TTPVHCC";
    /// Agency that decided.
    Agency "co_quan_giai_quyet": "Cơ quan giải quyết", "Đơn vị chủ trì", "Đơn vị chủ trì giải quyết", "Đơn vị chủ trì giải quyết TTHC", "Cơ quan thực hiện", "Đơn vị giải quyết", "Cơ quan ban hành";
    /// Procedure code.
    ProcedureCode "ma_tthc": "Mã thủ tục", "Mã TTHC", "Mã thủ tục hành chính";
    /// Procedure name.
    ProcedureName "ten_tthc": "Tên thủ tục", "Tên TTHC", "Nội dung giải quyết TTHC", "Trích yếu", "Tên thủ tục hành chính", "Thủ tục", "Thủ tục hành chính", "TTHC", "Nội dung giải quyết", "Loại hồ sơ", "Nội dung hồ sơ";
    /// Name of the result.
    ResultName "ten_ket_qua": "Kết quả giải quyết TTHC", "Tên kết quả", "Kết quả giải quyết", "Kết quả", "Loại kết quả", "Giấy tờ trả";
    /// Number of the decision.
    ResultNumber "so_ky_hieu_kq": "Số ký hiệu", "Số ký hiệu kết quả", "Số hiệu kết quả", "Số/ký hiệu văn bản", "Số kết quả";
    /// Originals.
    Originals "so_ban_chinh": "Bản chính", "Số bản chính", "Số bản", "Số bộ", "Số lượng bản chính", "SL bản chính";
    /// Copies.
    Copies "so_ban_sao": "Bản sao", "Số bản sao", "Bản sao chứng thực", "Bản photo", "SL bản sao";
    /// Owner.
    Owner "chu_ho_so": "Chủ hồ sơ", "Họ tên chủ hồ sơ", "Họ và tên chủ hồ sơ", "Người nộp", "Họ tên người nộp", "Người nộp hồ sơ", "Tổ chức/cá nhân", "Tổ chức, cá nhân", "Cá nhân/tổ chức", "Tên chủ hồ sơ", "Tên tổ chức, cá nhân", "Họ và tên", "Họ tên";
    /// Person or organization.
    OwnerKind "loai_chu_ho_so": "Đối tượng", "Loại chủ hồ sơ", "Loại đối tượng", "Đối tượng nộp";
    /// Who receives.
    Recipient "nguoi_nhan": "Người nhận", "Họ tên người nhận", "Họ và tên người nhận", "hoVaTen", "Tên người nhận", "Người nhận kết quả", "Họ tên người nhận BCCI";
    /// Whether someone else is authorized.
    IsAuthorized "la_uy_quyen": "Ủy quyền", "Là ủy quyền", "Có ủy quyền", "Nhận thay";
    /// Who is authorized.
    Authorized "nguoi_uy_quyen": "Người được ủy quyền", "Người ủy quyền", "Họ tên người được ủy quyền", "Người nhận thay";
    /// Phone.
    Phone "sdt": "Số điện thoại", "SĐT", "Điện thoại", "Điện thoại người nhận", "SĐT người nhận", "Số ĐT", "ĐT", "Số điện thoại người nhận", "Số điện thoại liên hệ", "Điện thoại liên hệ", "soDienThoai", "Di động", "Mobile", "Phone", "Số điện thoại chủ hồ sơ";
    /// Address.
    Address "dia_chi": "Địa chỉ", "Địa chỉ nhận kết quả", "Địa chỉ nhận", "Địa chỉ chủ hồ sơ", "Số nhà/thôn", "Số nhà, thôn", "Địa chỉ người nhận", "Địa chỉ chi tiết", "Địa chỉ liên hệ", "Địa chỉ phát", "Nơi nhận", "diaChi", "Số nhà, đường, thôn", "Địa chỉ giao";
    /// Commune.
    Commune "ten_xa": "Xã/Phường", "Phường/Xã", "Tên xã", "Xã", "Phường", "Xã phường", "Tên xã phường", "tenXaPhuong", "Xã/phường/thị trấn", "Phường/xã/đặc khu", "Xã/phường/đặc khu";
    /// District of before July 2025.
    District "ten_huyen": "Quận/Huyện", "Huyện", "Tên huyện", "Quận huyện", "Quận/Huyện cũ", "tenQuanHuyen", "Huyện/thị xã/thành phố", "Quận/Huyện/Thị xã";
    /// Province.
    Province "ten_tinh": "Tỉnh/TP", "Tỉnh", "Tên tỉnh", "Tỉnh/Thành phố", "Tỉnh thành", "tenTinhThanh", "Tỉnh, thành phố", "Thành phố";
    /// Commune code.
    CommuneCode "ma_xa": "Mã xã", "Mã xã phường", "Mã phường xã", "xaPhuong", "Mã ĐVHC", "Mã đơn vị hành chính";
    /// Received on.
    Received "ngay_tiep_nhan": "Ngày tiếp nhận", "Ngày nhận hồ sơ", "Ngày nhận", "Ngày nộp", "Thời gian tiếp nhận", "Ngày giờ tiếp nhận";
    /// Promised for.
    Promised "ngay_hen_tra": "Ngày hẹn trả", "Ngày hẹn trả kết quả", "Hạn trả", "Hạn trả kết quả", "Ngày hẹn", "Ngày trả dự kiến", "Thời hạn trả", "Ngày hẹn trả KQ", "Hẹn trả", "Thời gian hẹn trả";
    /// Handed to the post on.
    HandedOver "ngay_ban_giao": "Ngày bàn giao", "Ngày có kết quả", "ngay_co_ket_qua", "Ngày trả bưu điện", "Ngày chuyển bưu điện", "Ngày giao bưu điện", "Ngày trả kết quả";
    /// Fee for the agency.
    Fee "le_phi": "Phí, lệ phí", "Phí/lệ phí phải thu", "Thu hộ", "Số tiền COD", "COD", "Lệ phí", "Phí, lệ phí phải thu", "Số tiền thu hộ", "Tiền thu hộ", "Số tiền phải thu", "Phí lệ phí thu hộ";
    /// Postage.
    Postage "cuoc_thu_nguoi_nhan": "Cước thu", "Cước thu người nhận", "Cước", "Cước phí", "Cước bưu điện", "Cước BCCI";
    /// Original to take back.
    TakeBack "thu_hoi_ban_goc": "Thu hồi bản gốc", "Thu lại giấy tờ cũ", "Thu hồi bản chính", "Thu hồi giấy tờ cũ", "Thu hồi", "Thu lại bản gốc";
    /// Wished hours.
    Hours "khung_gio": "Khung giờ", "Giờ nhận", "Khung giờ nhận", "Giờ phát", "Thời gian nhận", "Giờ hẹn";
    /// Wished day.
    Appointment "hen_phat": "Hẹn ngày", "Hẹn phát", "Ngày hẹn phát", "Ngày phát", "Ngày hẹn nhận";
    /// Note.
    Note "ghi_chu": "Ghi chú", "Ghi chú phát", "Chỉ dẫn phát", "Ghi chú chỉ dẫn phát", "Lưu ý", "Yêu cầu khác";
    /// Latitude.
    Lat "lat": "Vĩ độ", "Latitude";
    /// Longitude.
    Lon "lon": "Kinh độ", "Longitude", "lng";
    /// Registration for return by post, as JSON.
    Registration "dangKyNhanHoSoQuaBCCIData": "Đăng ký nhận hồ sơ qua BCCI", "Đăng ký trả kết quả qua bưu điện", "Đăng ký BCCI", "Thông tin đăng ký BCCI";
    /// Running number: carries nothing.
    Ordinal "stt": "STT", "TT", "Số TT", "Số thứ tự", "Thứ tự", "No";
}

/// The field a folded header names.
fn key_of(folded: &str) -> Option<Key> {
    static ALIASES: OnceLock<FxHashMap<String, Key>> = OnceLock::new();
    let aliases = ALIASES.get_or_init(|| {
        let mut aliases = FxHashMap::default();
        for &key in Key::ALL {
            for name in std::iter::once(&key.name()).chain(key.headers()) {
                aliases.insert(fold(name), key);
            }
        }
        aliases
    });
    aliases.get(folded).copied()
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Known(Key),
    /// Numbers of identity papers: dropped on reading.
    Identity,
    Blank,
    Unknown,
}

impl Column {
    /// What the header says; a remark in brackets, such as `(dd/MM/yyyy)`, is ignored when it does not help.
    pub(super) fn of(header: &str) -> Self {
        const IDENTITY: [&str; 10] = [
            "so giay to",
            "cccd",
            "cmnd",
            "cmtnd",
            "can cuoc",
            "dinh danh",
            "chung minh",
            "so ho chieu",
            "so cmt",
            "giay to tuy than",
        ];
        let folded = fold(header);
        if folded.is_empty() {
            return Self::Blank;
        }
        if let Some(key) = key_of(&folded) {
            return Self::Known(key);
        }
        if IDENTITY.iter().any(|mark| folded.contains(mark)) {
            return Self::Identity;
        }
        let bare = header.split('(').next().unwrap_or("");
        key_of(&fold(bare)).map_or(Self::Unknown, Self::Known)
    }
}

/// The columns of one table.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) headers: Vec<String>,
    pub(super) columns: Vec<Column>,
    positions: Vec<Vec<usize>>,
}

impl Layout {
    pub(super) fn new(cells: &[String]) -> Self {
        let headers: Vec<String> =
            cells.iter().map(|c| c.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        let columns: Vec<Column> = headers.iter().map(|header| Column::of(header)).collect();
        let mut positions = vec![Vec::new(); Key::ALL.len()];
        for (at, column) in columns.iter().enumerate() {
            if let Column::Known(key) = column {
                positions[*key as usize].push(at);
            }
        }
        Self { headers, columns, positions }
    }

    /// Columns that mean this field, left to right.
    pub(super) fn positions(&self, key: Key) -> &[usize] {
        &self.positions[key as usize]
    }

    pub(super) fn has(&self, key: Key) -> bool {
        !self.positions(key).is_empty()
    }

    /// How many different fields the row names: the header row names the most.
    pub(super) fn score(&self) -> usize {
        self.positions.iter().filter(|p| !p.is_empty()).count()
    }

    /// Fields without which no row can become an item; of alternatives, the usual one is named.
    pub(super) fn missing(&self, has_default_unit: bool) -> Vec<Key> {
        let by_registration = self.has(Key::Registration);
        let needs: [(Key, bool); 6] = [
            (Key::Dossier, self.has(Key::Dossier)),
            (Key::Unit, has_default_unit || self.has(Key::Unit)),
            (Key::ProcedureName, self.has(Key::ProcedureCode) || self.has(Key::ProcedureName)),
            (Key::Owner, self.has(Key::Owner)),
            (
                Key::Address,
                by_registration
                    || [Key::Address, Key::Commune, Key::CommuneCode].iter().any(|k| self.has(*k)),
            ),
            (Key::Promised, self.has(Key::Promised)),
        ];
        needs.into_iter().filter(|(_, met)| !met).map(|(key, _)| key).collect()
    }

    /// Where a field is read, for findings: the header of its first column, or its usual header.
    pub(super) fn header(&self, key: Key) -> &str {
        self.positions(key).first().map_or(key.headers()[0], |&at| &self.headers[at])
    }
}
