//! Writes every page with its samples to HTML files, to look at: `cargo run -p yishi-portal --example gallery -- OUTDIR`.

use std::path::PathBuf;
use std::{env, fs, io};

use yishi_portal::{Lang, asset, samples};

fn main() -> io::Result<()> {
    let out = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "gallery".to_owned()));
    fs::create_dir_all(out.join("assets"))?;
    for name in ["portal.css", "portal.js", "mark.svg"] {
        if let Some((_, bytes, _)) = asset(name) {
            fs::write(out.join("assets").join(name), bytes)?;
        }
    }
    let mut index = String::from("<!doctype html><meta charset=utf-8><title>gallery</title><ul>");
    for lang in Lang::ALL {
        for elder in [false, true] {
            for sample in samples::gallery(lang, elder) {
                let file =
                    format!("{}{}-{}.html", lang.code(), if elder { "-elder" } else { "" }, sample.name);
                let html = sample.page.render(&sample.frame).map_err(io::Error::other)?;
                // Files have no host to start a path at.
                fs::write(out.join(&file), html.replace("\"/assets/", "\"assets/"))?;
                index.push_str(&format!("<li><a href=\"{file}\">{file}</a> {} bytes</li>", html.len()));
            }
        }
    }
    fs::write(out.join("index.html"), index)?;
    println!("{}", out.join("index.html").display());
    Ok(())
}
