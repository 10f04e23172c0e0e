//! Builds plugins: `cargo run -p yishi-builder --example build -- [--rebuild] [--no-fetch] plugins/village-charter …`

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let mut options = yishi_builder::Options { fetch_toolchain: true, ..Default::default() };
    let mut folders = Vec::new();
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--rebuild" => options.rebuild = true,
            "--no-fetch" => options.fetch_toolchain = false,
            _ => folders.push(PathBuf::from(argument)),
        }
    }
    if folders.is_empty() {
        return Err("name the folders of the plugins, for example plugins/village-charter".into());
    }
    match yishi_builder::build(&options, &folders) {
        Ok(built) => {
            for plugin in built {
                let state = if plugin.fresh { "built" } else { "unchanged" };
                println!("{} {} {state}: {} bytes", plugin.name, plugin.version, plugin.bytes.len());
                println!("  {}\n  {}", plugin.digest, plugin.path.display());
                for note in plugin.notes {
                    println!("  note: {note}");
                }
            }
            Ok(())
        }
        // The fault as it is, not as Rust would quote it.
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    }
}
