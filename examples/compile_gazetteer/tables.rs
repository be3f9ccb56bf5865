//! From the public lists to the tables the program holds; shared by the example and by the test that rebuilds them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::path::Path;

/// Why the lists could not be compiled.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CompileError {
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] std::io::Error),
    /// A list is not a table.
    #[error(transparent)]
    Table(#[from] csv::Error),
    /// A list lacks a column.
    #[error("{file}: no column {column}")]
    Column { file: String, column: String },
    /// A name would break the plain format of our tables.
    #[error("{name}: a name may hold neither comma nor quote nor line break")]
    Name { name: String },
    /// A commune is on one list and missing on another.
    #[error("commune {code} has no {what}")]
    Missing { code: String, what: &'static str },
}

/// One finished table.
pub(crate) struct Table {
    /// Its file name.
    pub(crate) file: &'static str,
    /// Its rows, with a header.
    pub(crate) text: String,
}

type Row = HashMap<String, String>;

fn read(folder: &Path, file: &str, columns: &[&str]) -> Result<Vec<Row>, CompileError> {
    let mut reader = csv::Reader::from_path(folder.join(file))?;
    let header: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    if let Some(column) = columns.iter().find(|c| !header.iter().any(|h| h == *c)) {
        return Err(CompileError::Column { file: file.to_owned(), column: (*column).to_owned() });
    }
    reader
        .records()
        .map(|record| {
            let record = record?;
            Ok(header.iter().cloned().zip(record.iter().map(str::to_owned)).collect())
        })
        .collect()
}

fn plain(name: &str) -> Result<&str, CompileError> {
    if name.contains([',', '"', '\n', '\r']) {
        return Err(CompileError::Name { name: name.to_owned() });
    }
    Ok(name)
}

fn line(text: &mut String, cells: &[&str]) {
    writeln!(text, "{}", cells.join(",")).expect("writing into a string cannot fail");
}

/// All tables, from the lists in `folder`.
pub(crate) fn compile(folder: &Path) -> Result<Vec<Table>, CompileError> {
    let units = ["level", "code", "full_name", "parent_code", "province_code"];
    let former = read(folder, "admin_units_2024.csv", &units)?;
    let today = read(
        folder,
        "admin_units_2025.csv",
        &[&units[..], &["area_km2", "population", "decree"]].concat(),
    )?;
    let columns = [
        "old_commune_code",
        "old_district_code",
        "old_province_code",
        "new_commune_code",
        "new_province_code",
    ];
    let mapping = read(folder, "admin_mapping_2024_2025.csv", &columns)?;
    let names = read(
        folder,
        "admin_former_names_2024.csv",
        &["code", "former_name", "former_ascii", "former_code"],
    )?;
    let points = ["code", "lat", "lon"];
    let former_points = by_code(read(folder, "commune_points_2024.csv", &points)?);
    let today_points = by_code(read(folder, "commune_points_2025.csv", &points)?);
    Ok(vec![
        Table { file: "provinces.csv", text: provinces(&former, &today, &mapping)? },
        Table { file: "districts_2024.csv", text: districts(&former, &mapping)? },
        Table {
            file: "communes_2024.csv",
            text: former_communes(&former, &mapping, &former_points)?,
        },
        Table { file: "communes_2025.csv", text: todays_communes(&today, &today_points)? },
        Table { file: "former_names.csv", text: former_names(&names)? },
    ])
}

fn by_code(rows: Vec<Row>) -> HashMap<String, Row> {
    rows.into_iter().map(|row| (row["code"].clone(), row)).collect()
}

fn of_level<'a>(rows: &'a [Row], level: &str) -> BTreeMap<&'a str, &'a Row> {
    rows.iter().filter(|row| row["level"] == level).map(|row| (row["code"].as_str(), row)).collect()
}

fn provinces(former: &[Row], today: &[Row], mapping: &[Row]) -> Result<String, CompileError> {
    let became: BTreeMap<&str, &str> = mapping
        .iter()
        .map(|row| (row["old_province_code"].as_str(), row["new_province_code"].as_str()))
        .collect();
    let mut text = "system,code,full_name,successor\n".to_owned();
    for (code, row) in of_level(former, "province") {
        let successor = became
            .get(code)
            .ok_or_else(|| CompileError::Missing { code: code.to_owned(), what: "successor" })?;
        line(&mut text, &["2024", code, plain(&row["full_name"])?, successor]);
    }
    for (code, row) in of_level(today, "province") {
        line(&mut text, &["2025", code, plain(&row["full_name"])?, code]);
    }
    Ok(text)
}

fn districts(former: &[Row], mapping: &[Row]) -> Result<String, CompileError> {
    // Only a district without communes, an island, became a commune as a whole.
    let islands: BTreeMap<&str, &str> = mapping
        .iter()
        .filter(|row| row["old_commune_code"].is_empty())
        .map(|row| (row["old_district_code"].as_str(), row["new_commune_code"].as_str()))
        .collect();
    let mut text = "code,full_name,province,successor\n".to_owned();
    for (code, row) in of_level(former, "district") {
        let successor = islands.get(code).copied().unwrap_or("");
        line(&mut text, &[code, plain(&row["full_name"])?, &row["province_code"], successor]);
    }
    Ok(text)
}

fn former_communes(
    former: &[Row],
    mapping: &[Row],
    points: &HashMap<String, Row>,
) -> Result<String, CompileError> {
    let mut successors: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in mapping.iter().filter(|row| !row["old_commune_code"].is_empty()) {
        successors.entry(&row["old_commune_code"]).or_default().insert(&row["new_commune_code"]);
    }
    let mut text = "code,full_name,district,lat,lon,successors\n".to_owned();
    for (code, row) in of_level(former, "commune") {
        let missing = |what| CompileError::Missing { code: code.to_owned(), what };
        let point = points.get(code).ok_or_else(|| missing("point"))?;
        let became = successors.get(code).ok_or_else(|| missing("successor"))?;
        let became: Vec<&str> = became.iter().copied().collect();
        let name = plain(&row["full_name"])?;
        let cells =
            [code, name, &row["parent_code"], &point["lat"], &point["lon"], &became.join(" ")];
        line(&mut text, &cells);
    }
    Ok(text)
}

fn todays_communes(today: &[Row], points: &HashMap<String, Row>) -> Result<String, CompileError> {
    let mut text = "code,full_name,province,lat,lon,area_km2,population,decree\n".to_owned();
    for (code, row) in of_level(today, "commune") {
        let missing = |what| CompileError::Missing { code: code.to_owned(), what };
        let point = points.get(code).ok_or_else(|| missing("point"))?;
        let name = plain(&row["full_name"])?;
        let facts = [&row["area_km2"], &row["population"], plain(&row["decree"])?];
        let place = [&point["lat"], &point["lon"]];
        line(
            &mut text,
            &[code, name, &row["province_code"], place[0], place[1], facts[0], facts[1], facts[2]],
        );
    }
    Ok(text)
}

fn former_names(names: &[Row]) -> Result<String, CompileError> {
    let mut rows = BTreeSet::new();
    for row in names {
        // An alias is known only folded, its spaces removed; a table row has its accents.
        let folded: String = row["former_ascii"].split_whitespace().collect();
        let name = plain(&row["former_name"])?;
        rows.insert((row["code"].as_str(), name, folded, row["former_code"].as_str()));
    }
    let mut text = "code,name,folded,former_code\n".to_owned();
    for (code, name, folded, former_code) in rows {
        let folded = if name.is_empty() { folded } else { String::new() };
        line(&mut text, &[code, name, plain(&folded)?, former_code]);
    }
    Ok(text)
}
