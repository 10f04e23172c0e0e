//! An export that nobody reads: 400 requests for ten megabytes each held four gigabytes of the server's memory.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use yishi_harness::{Affair, Assembly, PlaceSpec, Stage, roster, texts};

const READERS: usize = 50;
/// What everybody together may cost, in kilobytes: the parts under way, buffers of connections, and room for what else
/// the server does. Half of what the exports themselves are.
const MOST: u64 = 128 * 1024;

/// Asks for an export from an address of its own on loopback, and reads nothing but the status.
async fn ask(server: SocketAddr, from: usize, path: &str) -> Result<(TcpStream, u16)> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4096)?;
    socket.bind(format!("127.0.1.{from}:0").parse()?)?;
    let mut stream = socket.connect(server).await?;
    let request = format!("GET /api/v1{path} HTTP/1.1\r\nhost: {server}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut head = [0_u8; 12];
    stream.read_exact(&mut head).await?;
    let status = std::str::from_utf8(&head)?.rsplit(' ').next().context("no status")?.parse()?;
    Ok((stream, status))
}

fn resident_kilobytes(pid: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no figure")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_nobody_reads_cost_next_to_nothing() -> Result<()> {
    let stage = Stage::open("2026-03-02T09:00:00+08:00").await?;
    let spec =
        PlaceSpec { roster: roster::adults(400, 1600), ..PlaceSpec::village("云岭村", "yunling", 300) };
    let place = stage.town.community(&spec).await?;
    let affair = Affair { class: "major", ..texts::coal_stoves() };
    let matter = place.bring_forward(&place.resident, &affair).await?;
    place.submit_to(&matter, "residents-assembly", None).await?;
    let present = place.adults();
    let assembly = Assembly { body: "residents-assembly", mode: "persons", present, notice_days: 12 };
    let (meeting, held_on) = place.convene(&assembly, &[&matter]).await?;
    place.open_meeting(&meeting, held_on, &assembly.present).await?;
    // A door where everybody comes and goes makes a long log soon.
    let people: Vec<&str> = assembly.present.iter().map(|person| person.id.as_str()).collect();
    let door = place.path(&format!("/meetings/{meeting}/attendance"));
    for _ in 0..24 {
        for (arrive, leave) in [(&[][..], people.as_slice()), (people.as_slice(), &[][..])] {
            place.clerk.post(&door, &json!({"arrive": arrive, "leave": leave})).await?.ok()?;
        }
    }
    let path = place.path("/log/export");
    let whole = place.export().await?;
    ensure!(whole.len() > 5_000_000, "an export of {} bytes tells nothing", whole.len());

    let server: SocketAddr = stage.kernel.base().trim_start_matches("http://").parse()?;
    let pid = stage.kernel.pid()?;
    let before = resident_kilobytes(pid)?;
    let mut held = Vec::new();
    for n in 0..READERS {
        let (stream, status) = ask(server, n + 1, &path).await?;
        ensure!(status == 200, "reader {n} was answered {status}");
        held.push(stream);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = resident_kilobytes(pid)?;
    println!("an export of {} bytes, {READERS} readers: {before} kB before, {after} kB held", whole.len());
    ensure!(after.saturating_sub(before) < MOST, "{before} kB before, {after} kB while nobody reads");

    // One address has a few of them; then it waits for one to end, and others do not wait for it.
    let mut own = Vec::new();
    let refused = loop {
        let (stream, status) = ask(server, 200, &path).await?;
        own.push(stream);
        if status != 200 || own.len() > 40 {
            break status;
        }
    };
    ensure!(refused == 503, "{} exports of one address, then {refused}", own.len());
    ensure!(ask(server, 201, &path).await?.1 == 200);
    // Whoever does read gets all of it.
    ensure!(place.export().await? == whole);
    Ok(())
}
