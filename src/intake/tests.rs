//! Tests of the room at its edge.
