//! Whatever the store can do stands in the stories that every engine must tell.

use super::{has_extension, none, sources};

#[test]
fn each_function_of_the_store_is_in_a_story() {
    let mut stories = String::new();
    for file in sources("tests/it") {
        if file.is_in("tests/it/store") {
            stories.push_str(&file.text);
        }
    }
    let mut missing = Vec::new();
    let mut known = 0;
    for file in sources("src") {
        if !file.is_in("src/store") || !has_extension(&file.path, "rs") {
            continue;
        }
        let stem = file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        for (number, line) in file.code() {
            let Some(rest) = line.trim_start().strip_prefix("pub ") else { continue };
            let rest = ["async ", "const "]
                .iter()
                .fold(rest, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
            let Some(rest) = rest.strip_prefix("fn ") else { continue };
            let name = rest.split(['(', '<']).next().unwrap_or_default();
            known += 1;
            // a method is called on its value or its type, a function by its module
            let is_method = line.starts_with(' ');
            let called = if is_method {
                [format!(".{name}("), format!("::{name}(")]
            } else {
                [format!("{stem}::{name}("), format!("{stem}::{name},")]
            };
            if !called.iter().any(|call| stories.contains(call)) {
                missing.push(format!("{}:{number}: {name}", file.path));
            }
        }
    }
    assert!(known > 40, "{known} functions were found");
    none("functions that no story in tests/it/store names", &missing);
}
