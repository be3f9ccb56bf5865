//! How an attempt ended (R-ST): reason, next step, and their codes in outside systems.

use jiff::civil::DateTime;

/// Why a delivery failed. Every failure has one, with a [`NextStep`] (R-ST-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Vắng nhà.
    Absent,
    /// Không liên lạc được.
    Unreachable,
    /// Hẹn lại.
    Rescheduled,
    /// Sai hoặc thiếu địa chỉ.
    WrongAddress,
    /// Đã chuyển đi.
    Moved,
    /// Không tìm thấy.
    NotFound,
    /// Từ chối nhận.
    Refused,
    /// Không trả tiền.
    Unpaid,
    /// Không đủ giấy tờ hoặc ủy quyền.
    PapersMissing,
    /// Thiên tai, đường cấm.
    RoadClosed,
    /// Hết giờ.
    OutOfTime,
    /// Sự cố xe.
    VehicleTrouble,
}

/// What happens after a failed attempt (phương án).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NextStep {
    /// Phát lại.
    TryAgain,
    /// Tra cứu lại với đơn vị.
    AskUnit,
    /// Chuyển tiếp.
    Forward,
    /// Mời nhận tại bưu cục, lưu.
    Invite,
    /// Trả lại đơn vị.
    Return,
}

impl Reason {
    /// The step that usually follows.
    pub fn usual_next_step(self) -> NextStep {
        match self {
            Self::Absent
            | Self::Unreachable
            | Self::Rescheduled
            | Self::RoadClosed
            | Self::OutOfTime
            | Self::VehicleTrouble => NextStep::TryAgain,
            Self::WrongAddress | Self::NotFound => NextStep::AskUnit,
            Self::Moved => NextStep::Forward,
            Self::Refused | Self::Unpaid | Self::PapersMissing => NextStep::Return,
        }
    }
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// PTC: delivered, and to whom.
    Delivered {
        /// Who signed, and their relation to the addressee.
        received_by: String,
    },
    /// PKTC: not delivered.
    Failed {
        /// Why.
        reason: Reason,
        /// And then.
        next_step: NextStep,
    },
}

/// One visit to a door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// To the minute.
    pub at: DateTime,
    /// How it ended.
    pub outcome: Outcome,
}
