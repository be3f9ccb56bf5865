//! The routes of an answer in the shape of VROOM's.

use crate::problem::MAX_CLIENTS;
use crate::problem::vroom::input::{ID_MAX, StepKind, VEHICLES_MAX, list, step};
use crate::problem::vroom::json::Reader;
use crate::problem::vroom::{Remedy, VroomError};

/// A route of an answer: the id of its vehicle, and its tasks as type and id.
pub(super) struct AnswerRoute {
    pub vehicle: i64,
    pub tasks: Vec<(StepKind, i64)>,
}

/// The routes of an answer.
pub(super) fn read_answer(text: &str) -> Result<Vec<AnswerRoute>, VroomError> {
    let mut reader = Reader::new(text);
    let mut routes = None;
    reader.object(|reader, key| {
        let is_known = key == "routes";
        if is_known {
            let mut all = Vec::new();
            list(reader, &mut all, VEHICLES_MAX, answer_route)?;
            routes = Some(all);
        }
        Ok(is_known)
    })?;
    reader.end()?;
    routes.ok_or_else(|| reader.refuse("without `routes`", Remedy::Routes))
}

fn answer_route(reader: &mut Reader<'_>) -> Result<AnswerRoute, VroomError> {
    let mut route = AnswerRoute { vehicle: -1, tasks: Vec::new() };
    reader.object(|reader, key| {
        match key {
            "vehicle" => route.vehicle = reader.integer(0, ID_MAX)?,
            "steps" => {
                let mut steps = Vec::new();
                list(reader, &mut steps, MAX_CLIENTS, step)?;
                let of_tasks = steps.iter().filter_map(|step| {
                    let is_task =
                        !matches!(step.kind, StepKind::Start | StepKind::End | StepKind::Break);
                    step.id.filter(|_| is_task).map(|id| (step.kind, id))
                });
                route.tasks = of_tasks.collect();
            }
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    Ok(route)
}
