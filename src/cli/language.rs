//! Which language the program speaks, and how clap is made to speak it.
//!
//! clap builds the commands from the argument structs; every word of theirs is then replaced by the words of
//! `outputs::wording::help`, and its usage errors are told in our own. The language has to be known before
//! the arguments are read, so it is looked up in them first.

use std::ffi::{OsStr, OsString};

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

use crate::cli::trouble::error_text;
use crate::outputs::wording::Lang;
use crate::outputs::wording::help::{command_words, option_words, page};

/// Place of what every command has, behind its own options.
const LATE: usize = 900;

/// The environment variable that names the language.
pub(crate) const VARIABLE: &str = "BUUTA_LANG";

/// The language asked for: `--lang` among the arguments, else the environment, else Vietnamese.
///
/// A wrong word after `--lang` is left to clap, which tells of it.
///
/// # Errors
/// The value of the environment variable when it is no language.
pub(crate) fn asked(arguments: &[OsString], environment: Option<&OsStr>) -> Result<Lang, OsString> {
    let mut words = arguments.iter().skip(1).take_while(|word| *word != "--");
    while let Some(word) = words.next().map(|word| word.to_string_lossy()) {
        let named = match word.strip_prefix("--lang") {
            Some("") => words.next().map(|next| next.to_string_lossy().into_owned()),
            Some(rest) => rest.strip_prefix('=').map(str::to_owned),
            None => None,
        };
        if let Some(lang) = named.as_deref().and_then(parse) {
            return Ok(lang);
        }
    }
    match environment.filter(|value| !value.is_empty()) {
        Some(value) => value.to_str().and_then(parse).ok_or_else(|| value.to_owned()),
        None => Ok(Lang::default()),
    }
}

fn parse(word: &str) -> Option<Lang> {
    match word {
        "vi" => Some(Lang::Vi),
        "en" => Some(Lang::En),
        _ => None,
    }
}

/// The command with all its words in one language.
pub(crate) fn localized(command: Command, lang: Lang) -> Command {
    let default = OsStr::new(lang.tag()).to_owned();
    let command = command.mut_arg("lang", |lang| lang.default_value(default).display_order(LATE));
    let mut command = worded(command, "", lang);
    // Usage lines name the whole path of a command, which is known once everything is built.
    command.build();
    with_usage(command, lang)
}

fn worded(command: Command, path: &str, lang: Lang) -> Command {
    let command = command
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .subcommand_help_heading(page::COMMANDS.of(lang))
        .subcommand_value_name(page::A_COMMAND.of(lang))
        .help_template(format!(
            "{{about}}\n\n{} {{usage}}\n\n{{all-args}}{{after-help}}",
            page::USAGE.of(lang)
        ))
        .arg(Arg::new("help").short('h').long("help").action(ArgAction::Help).display_order(LATE));
    let command = if path.is_empty() {
        command.arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .display_order(LATE),
        )
    } else {
        command
    };
    let command = command.mut_args(|arg| worded_option(arg, path, lang));
    let command = match command_words(path) {
        Some(words) => command.about(words.about.of(lang)).after_help(below(path, lang)),
        None => command,
    };
    command.mut_subcommands(|sub| {
        let path = format!("{path} {}", sub.get_name());
        worded(sub, path.trim_start(), lang)
    })
}

/// Note and examples.
fn below(path: &str, lang: Lang) -> String {
    let Some(words) = command_words(path) else { return String::new() };
    let mut text = String::new();
    if !words.note.of(lang).is_empty() {
        text.push_str(words.note.of(lang));
        text.push_str("\n\n");
    }
    text.push_str(page::EXAMPLES.of(lang));
    for example in words.examples {
        text.push_str("\n  ");
        text.push_str(example);
    }
    text
}

/// An option with its words, its values and its default.
fn worded_option(arg: Arg, path: &str, lang: Lang) -> Arg {
    let heading = if arg.is_positional() { page::ARGUMENTS } else { page::OPTIONS };
    let takes_value = matches!(arg.get_action(), ArgAction::Set | ArgAction::Append);
    let arg = arg.help_heading(heading.of(lang));
    // Values and defaults are told in our own words.
    let arg = if takes_value { arg.hide_possible_values(true) } else { arg };
    let Some(words) = option_words(path, arg.get_id().as_str()) else { return arg };
    let mut text = words.of(lang).to_owned();
    if takes_value {
        let values: Vec<String> =
            arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        let defaults: Vec<String> = (arg.get_default_values().iter())
            .map(|value| value.to_string_lossy().into_owned())
            .collect();
        if !values.is_empty() {
            text.push(' ');
            text.push_str(&page::VALUES.with(lang, &[&values.join(", ")]));
        }
        if !defaults.is_empty() && !arg.is_hide_default_value_set() {
            text.push(' ');
            text.push_str(&page::DEFAULT.with(lang, &[&defaults.join(" ")]));
        }
    }
    if takes_value { arg.help(text).hide_default_value(true) } else { arg.help(text) }
}

/// The same command whose usage line has no English words left.
fn with_usage(command: Command, lang: Lang) -> Command {
    let mut command = command.mut_subcommands(|sub| with_usage(sub, lang));
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    let usage = usage.replace("[OPTIONS]", page::SOME_OPTIONS.of(lang));
    command.override_usage(usage)
}

/// What clap found wrong with the arguments, in our words; nothing when it is no error but help or a version.
pub(crate) fn usage_words(error: &clap::Error, lang: Lang) -> Option<String> {
    let text = |kind: ContextKind| error.get(kind).map(context_text).unwrap_or_default();
    let option = text(ContextKind::InvalidArg);
    let value = text(ContextKind::InvalidValue);
    let mut sentence = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => return None,
        ErrorKind::UnknownArgument => page::UNKNOWN_OPTION.with(lang, &[&option]),
        ErrorKind::InvalidSubcommand => {
            page::UNKNOWN_COMMAND.with(lang, &[&text(ContextKind::InvalidSubcommand)])
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            page::NO_COMMAND.with(lang, &[&text(ContextKind::ValidSubcommand)])
        }
        ErrorKind::MissingRequiredArgument => page::MISSING.with(lang, &[&option]),
        ErrorKind::ArgumentConflict if option == text(ContextKind::PriorArg) => {
            page::TWICE.with(lang, &[&option])
        }
        ErrorKind::ArgumentConflict => {
            page::CONFLICT.with(lang, &[&option, &text(ContextKind::PriorArg)])
        }
        ErrorKind::InvalidValue if value.is_empty() => page::NO_VALUE.with(lang, &[&option]),
        ErrorKind::InvalidValue => page::BAD_VALUE.with(lang, &[&option, &value]),
        ErrorKind::ValueValidation => {
            let said = std::error::Error::source(error);
            let said = said.map(|source| format!(": {}", error_text(lang, source)));
            page::BAD_VALUE.with(lang, &[&option, &value]) + &said.unwrap_or_default()
        }
        ErrorKind::TooManyValues => page::TOO_MANY.with(lang, &[&option, &value]),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            page::NO_VALUE.with(lang, &[&option])
        }
        ErrorKind::InvalidUtf8 => page::NOT_UTF8.of(lang).to_owned(),
        // A kind that clap adds one day is at least told in its own words.
        _ => error.kind().to_string(),
    };
    let suggested =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    for kind in suggested {
        if error.get(kind).is_some() {
            sentence.push_str("; ");
            sentence.push_str(&page::PERHAPS.with(lang, &[&text(kind)]));
        }
    }
    let allowed = text(ContextKind::ValidValue);
    if !allowed.is_empty() {
        sentence.push_str("; ");
        sentence.push_str(&page::ALLOWED.with(lang, &[&allowed]));
    }
    Some(sentence)
}

fn context_text(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::StyledStrs(texts) => {
            texts.iter().map(StyledStr::to_string).collect::<Vec<_>>().join(", ")
        }
        ContextValue::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;
    use crate::outputs::wording::help::{COMMANDS, SHARED_OPTIONS};

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn the_language_is_looked_up_in_the_arguments_then_in_the_environment() {
        let english = Some(OsStr::new("en"));
        assert_eq!(asked(&words("buuta plan"), None), Ok(Lang::Vi));
        assert_eq!(asked(&words("buuta plan"), english), Ok(Lang::En));
        assert_eq!(asked(&words("buuta plan --lang vi"), english), Ok(Lang::Vi));
        assert_eq!(asked(&words("buuta --lang=en plan"), None), Ok(Lang::En));
        assert_eq!(asked(&words("buuta resolve -- --lang en"), None), Ok(Lang::Vi));
        assert_eq!(asked(&words("buuta plan"), Some(OsStr::new("fr"))), Err("fr".into()));
        assert_eq!(asked(&words("buuta plan --lang en"), Some(OsStr::new("fr"))), Ok(Lang::En));
    }

    /// Every command below `command` with its path.
    fn walk(command: &Command, path: &str, found: &mut Vec<(String, Command)>) {
        found.push((path.to_owned(), command.clone()));
        for sub in command.get_subcommands() {
            walk(sub, format!("{path} {}", sub.get_name()).trim_start(), found);
        }
    }

    fn commands(lang: Lang) -> Vec<(String, Command)> {
        let mut found = Vec::new();
        walk(&localized(Cli::command(), lang), "", &mut found);
        found
    }

    #[test]
    fn every_command_has_words_for_itself_its_options_and_two_examples() {
        for (path, command) in commands(Lang::Vi) {
            let words = command_words(&path);
            let words = words.unwrap_or_else(|| panic!("`buuta {path}` has no words"));
            assert!(words.examples.len() >= 2, "`buuta {path}` shows fewer than two examples");
            for example in words.examples {
                // A line that a narrow terminal breaks cannot be copied.
                assert!(example.chars().count() <= 78, "too long to be copied: {example}");
            }
            for arg in command.get_arguments() {
                let name = arg.get_id().as_str();
                assert!(
                    option_words(&path, name).is_some(),
                    "`buuta {path}`: `{name}` has no words"
                );
            }
        }
    }

    #[test]
    fn no_words_are_left_over() {
        let commands = commands(Lang::En);
        let has = |path: &str, name: &str| {
            let options = |command: &Command| command.get_arguments().any(|a| a.get_id() == name);
            commands.iter().any(|(own, command)| (path == own || path == "*") && options(command))
        };
        for words in COMMANDS {
            assert!(commands.iter().any(|(path, _)| path == words.path), "{}", words.path);
            for (name, _) in words.options {
                assert!(has(words.path, name), "`buuta {}` has no option {name}", words.path);
            }
        }
        for (name, _) in SHARED_OPTIONS {
            assert!(has("*", name), "no command has the option {name}");
        }
    }

    #[test]
    fn help_in_vietnamese_has_no_english_headings() {
        for (path, mut command) in commands(Lang::Vi) {
            let help = command.render_help().to_string();
            for word in
                ["Usage", "Options", "Commands", "Arguments", "[default", "[possible", "Print "]
            {
                assert!(!help.contains(word), "`buuta {path}` says {word}:\n{help}");
            }
            assert!(help.contains("Cách dùng: buuta"), "{help}");
            assert!(help.contains("Ví dụ:"), "{help}");
        }
    }

    #[track_caller]
    fn check_usage(line: &str, lang: Lang, expected: &str) {
        let command = localized(Cli::command(), lang);
        let error = command.try_get_matches_from(words(line)).expect_err("the line is wrong");
        let said = usage_words(&error, lang).expect("it is an error");
        assert_eq!(said, expected);
    }

    #[test]
    fn usage_errors_name_the_word_and_the_remedy_in_the_language_asked_for() {
        use Lang::{En, Vi};
        check_usage("buuta fly", Vi, "không có lệnh `fly`");
        check_usage("buuta demi", En, "there is no command `demi`; perhaps demo?");
        check_usage("buuta plan a.csv", Vi, "thiếu --out <OUT>");
        check_usage(
            "buuta demo --sed 3",
            Vi,
            "không có tùy chọn hay tham số `--sed`; có phải là --seed?",
        );
        check_usage(
            "buuta demo --progress loud",
            Vi,
            "`loud` không phải là giá trị của `--progress <PROGRESS>`; hãy chọn: auto, plain, json, none",
        );
        check_usage(
            "buuta demo --time ten",
            Vi,
            "`ten` không phải là giá trị của `--time <TIME>`: \
             hãy viết một số với ms, s, min hoặc h, ví dụ 30s hay 1.5min",
        );
        check_usage("buuta demo --seed", En, "`--seed <SEED>` needs a value");
        check_usage("buuta demo --seed 1 --seed 2", En, "`--seed <SEED>` may be given only once");
        check_usage("buuta demo x", Vi, "không có tùy chọn hay tham số `x`");
    }
}
