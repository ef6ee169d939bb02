//! `sandbox`: the portal in a terminal.
#![allow(clippy::disallowed_macros, reason = "a binary speaks to its terminal")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use sandbox::{
    Acts, Appointments, Certificate, Config, Error, Messages, Quirk, Refills, Running, Sandbox, Source, Step,
    demo_data, driver, lab_chain_of, messy,
};

/// A SMART on FHIR portal on loopback with synthetic people, for demos and tests.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs a portal until it is interrupted.
    Serve(Serve),
    /// Makes time pass in the record of a running portal: new results, a correction, a retraction, a disappearance.
    Evolve {
        /// The portal: http://127.0.0.1:PORT (not over TLS)
        url: String,
        /// Only this step: results, correction, retraction, disappearance.
        #[arg(long)]
        step: Option<Step>,
        /// The id of the patient; the first one if none is named.
        #[arg(long)]
        patient: Option<String>,
        /// Instead of a step, the next stage of what comes later at a messy portal.
        #[arg(long, conflicts_with_all = ["step", "patient"])]
        later: bool,
    },
    /// The clinic does something about what a patient sent.
    Answer {
        /// The portal: http://127.0.0.1:PORT (not over TLS)
        url: String,
        /// What: Communication/1001
        of: String,
        /// received, read, reply, accept, change, complete, cancel or refuse
        what: String,
        /// What a reply says.
        #[arg(long)]
        text: Option<String>,
        /// When the visit is, as an instant, for accept and change.
        #[arg(long)]
        start: Option<String>,
        /// Why, for cancel and refuse.
        #[arg(long)]
        reason: Option<String>,
    },
    /// Lists the misbehaviours that can be switched on, each with the public thread where it was seen.
    Quirks,
}

#[derive(Args)]
struct Serve {
    /// The port on 127.0.0.1; any free one if none is named.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The portal's name.
    #[arg(long)]
    name: Option<String>,
    /// A bundle with a patient (.json or .json.gz); Rosalinda, who is built in, if none is named.
    #[arg(long, value_name = "FILE")]
    patient: Vec<PathBuf>,
    /// A bundle that the patients refer to; the built-in hospitals and practitioners if none is named.
    #[arg(long, value_name = "FILE")]
    shared: Vec<PathBuf>,
    /// A misbehaviour to switch on: see `sandbox quirks`.
    #[arg(long, value_name = "NAME")]
    quirk: Vec<Quirk>,
    /// Serve over TLS with this certificate: good, expired, other-host, unknown-root or self-signed.
    #[arg(long, value_name = "CERTIFICATE", num_args = 0..=1, default_missing_value = "good")]
    tls: Option<Certificate>,
    /// Write the root certificate that visitors over TLS may trust into this file (PEM).
    #[arg(long, value_name = "FILE", requires = "tls")]
    root: Option<PathBuf>,
    /// Be the lab chain to which the first patient also goes.
    #[arg(long)]
    lab_chain: bool,
    /// Be a portal of the messy patient: see MESSY.md.
    #[arg(long, value_name = "PORTAL", num_args = 0..=1, default_missing_value = "hospital")]
    #[arg(conflicts_with_all = ["patient", "shared", "lab_chain"])]
    messy: Option<Messy>,
    /// How messages are taken: create, phone or none.
    #[arg(long, value_name = "LEVEL", default_value = "none")]
    messages: Messages,
    /// How appointments are given: find-hold-book, slots, request, phone or none.
    #[arg(long, value_name = "LEVEL", default_value = "none")]
    appointments: Appointments,
    /// How refills are asked for: task, request, message or none.
    #[arg(long, value_name = "LEVEL", default_value = "none")]
    refills: Refills,
    /// Files are taken beside a message, in a transaction with it.
    #[arg(long)]
    files: bool,
    /// The clinic answers by itself: received after five seconds, answered after twenty.
    #[arg(long)]
    answering: bool,
    /// Do what the lines of the standard input say: `stop` refuses every connection, `start` listens again.
    #[arg(long)]
    commands: bool,
    /// What the numbers of the messy patient are drawn from; the same for both portals.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Messy {
    /// The hospital, with a patient who has died and a child.
    Hospital,
    /// The clinics that know the same person.
    Clinics,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve(arguments) => serve(arguments).await,
        Command::Evolve { url, later: true, .. } => post(&url, "later").await,
        Command::Evolve { url, step, patient, .. } => evolve(&url, step, patient).await,
        Command::Answer { url, of, what, text, start, reason } => {
            answer(
                &url,
                [
                    ("of", Some(of)),
                    ("what", Some(what)),
                    ("text", text),
                    ("start", start),
                    ("reason", reason),
                ],
            )
            .await
        }
        Command::Quirks => {
            quirks();
            Ok(())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(arguments: Serve) -> Result<(), Error> {
    let (root, commands) = (arguments.root.clone(), arguments.commands);
    let running = Sandbox::start(config(arguments)?)?;
    if let (Some(path), Some(pem)) = (root, running.root()) {
        write(&path, pem)?;
    }
    greet(&running);
    if commands {
        obey(&running)?;
    }
    std::future::pending::<()>().await;
    Ok(())
}

fn config(arguments: Serve) -> Result<Config, Error> {
    let mut config = match arguments.messy {
        None => demo_data::hospital(),
        Some(Messy::Hospital) => messy::hospital(arguments.seed)?,
        Some(Messy::Clinics) => messy::clinics(arguments.seed)?,
    };
    if !arguments.patient.is_empty() {
        config.patients = arguments.patient.into_iter().map(Source::File).collect();
    }
    if !arguments.shared.is_empty() {
        config.shared = arguments.shared.into_iter().map(Source::File).collect();
    }
    if arguments.lab_chain {
        let first = config.patients.first().ok_or(Error::NoPatient)?;
        let bundle = lab_chain_of(&first.bytes()?)?;
        config =
            Config { name: "Quick Lab Chain".to_owned(), patients: vec![bundle.into()], ..Config::default() };
    }
    let Serve { messages, appointments, refills, files, answering, .. } = arguments;
    config.acts = Acts { messages, appointments, refills, files, answering, ..Acts::default() };
    config.port = arguments.port;
    config.tls = arguments.tls;
    config.name = arguments.name.unwrap_or(config.name);
    config.quirks = arguments.quirk.into_iter().collect();
    Ok(config)
}

#[allow(clippy::disallowed_methods, reason = "a binary writes the file that it was told to")]
fn write(path: &Path, pem: &str) -> Result<(), Error> {
    let named = |source| Error::File { path: path.display().to_string(), source };
    std::fs::write(path, pem).map_err(named)
}

fn greet(running: &Running) {
    println!("FHIR base: {}", running.base_url());
    for user in running.users() {
        println!("user {} password {} sees {}", user.name, user.password, user.patients.join(" "));
    }
    for quirk in running.quirks() {
        println!("quirk {quirk}: {}", quirk.about().does);
    }
}

/// Each line is answered with itself when it is done.
fn obey(running: &Running) -> Result<(), Error> {
    for line in std::io::stdin().lines() {
        let line = line?;
        match line.as_str() {
            "stop" => running.stop(),
            "start" => running.start_again()?,
            _ => continue,
        }
        println!("{line}");
    }
    Ok(())
}

async fn evolve(url: &str, step: Option<Step>, patient: Option<String>) -> Result<(), Error> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("step", step.map_or("all", Step::name));
    if let Some(patient) = patient {
        query.append_pair("patient", &patient);
    }
    post(url, &format!("evolve?{}", query.finish())).await
}

async fn answer(url: &str, said: [(&str, Option<String>); 5]) -> Result<(), Error> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(said.iter().filter_map(|(name, value)| Some((name, value.as_deref()?))));
    post(url, &format!("answer?{}", query.finish())).await
}

async fn post(url: &str, what: &str) -> Result<(), Error> {
    let origin = url.trim_end_matches('/').trim_end_matches("/fhir");
    let address = format!("{origin}/_sandbox/{what}");
    let reply = driver::request("POST", &address, &[], b"").await?;
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    if reply.status != 200 {
        return Err(Error::Refused(text));
    }
    println!("{text}");
    Ok(())
}

fn quirks() {
    for quirk in Quirk::all() {
        let about = quirk.about();
        let seen = about.seen.map(|thread| format!(" (seen: {thread})")).unwrap_or_default();
        println!("{:24} {}{seen}", about.name, about.does);
    }
}
