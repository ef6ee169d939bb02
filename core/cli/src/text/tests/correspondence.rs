//! Whole screens of messages and appointments, of people whose portals answer on this machine.

use client::{AppointmentFilter, Client, Hide, ThreadFilter, Zone};
use harness::{Correspondence, Device, portal};
use sandbox::messy;

use super::super::page::Page;
use super::super::{appointments, threads};

fn page(draw: impl FnOnce(&mut Page)) -> String {
    let mut page = Page::new(super::WIDTH, false);
    draw(&mut page);
    page.text().to_owned()
}

fn golden(name: &str, text: &str) {
    super::golden(name, |page| {
        for line in text.lines() {
            match line.is_empty() {
                true => page.blank(),
                false => page.verbatim(0, line),
            }
        }
    });
}

fn list(client: &Client) -> String {
    let view = client.threads(&ThreadFilter::default()).unwrap();
    page(|page| threads::list(page, &view, false))
}

fn thread(client: &Client, name: &str) -> String {
    let view = client.thread(name).unwrap();
    page(|page| threads::thread(page, &view))
}

fn all_appointments(client: &Client) -> String {
    let filter =
        AppointmentFilter { zone: Zone::named("Europe/Berlin").ok(), ..AppointmentFilter::default() };
    let view = client.appointments(&filter).unwrap();
    page(|page| appointments::list(page, &view, false))
}

fn card(client: &Client, name: &str) -> String {
    let card = client.appointment(name, Zone::named("Europe/Berlin").ok()).unwrap();
    page(|page| appointments::card(page, &card))
}

#[tokio::test(flavor = "multi_thread")]
async fn h5_h15_maya_s_messages_before_and_after_a_correction() {
    let maya = Correspondence::begin().await;
    let client = maya.phone.client();
    golden("threads", &maya.named(&list(client)));
    golden("thread", &maya.named(&thread(client, "Communication/m3")));
    golden("thread_lacking", &maya.named(&thread(client, "Communication/orphan")));
    client.mark_read(&client.thread("Communication/m3").unwrap().readable()).unwrap();
    maya.a_day_later().await;
    golden("threads_later", &maya.named(&list(client)));
    golden("thread_later", &maya.named(&thread(client, "Communication/m3")));
    golden("thread_withdrawn", &maya.named(&thread(client, "Communication/wrong")));
    let recipients = client.recipients("Riverside").unwrap();
    golden("recipients", &maya.named(&page(|page| threads::recipients(page, &recipients))));
    client.hide(&[Hide::Section("messages".to_owned())]).unwrap();
    golden("threads_covered", &maya.named(&list(client)));
}

#[tokio::test(flavor = "multi_thread")]
async fn h5_h7_maya_s_appointments_before_and_after_a_move() {
    let maya = Correspondence::begin().await;
    let client = maya.phone.client();
    golden("appointments", &maya.named(&all_appointments(client)));
    golden("day_card", &maya.named(&card(client, "Appointment/stress")));
    golden("day_card_bare", &maya.named(&card(client, "Appointment/no-zone")));
    maya.a_day_later().await;
    golden("appointments_later", &maya.named(&all_appointments(client)));
}

#[tokio::test(flavor = "multi_thread")]
async fn h5_h7_maren_s_messages_and_appointments() {
    let hospital = portal(messy::hospital(1).unwrap());
    let phone = Device::new("alice's phone");
    phone.connect(&hospital, "Riverbend").await;
    phone.sync().await;
    let client = phone.client();
    let named = |text: &str| text.replace(&hospital.origin(), "RIVERBEND");
    golden("messy_threads", &named(&list(client)));
    golden("messy_thread", &named(&thread(client, "Communication/message")));
    golden("messy_appointments", &named(&all_appointments(client)));
    golden("messy_day_card", &named(&card(client, "Appointment/booked")));
}

#[tokio::test(flavor = "multi_thread")]
async fn h7_before_a_portal_is_connected_no_list_says_none() {
    let phone = Device::new("alice's phone");
    assert!(list(phone.client()).contains("No portal is connected yet"));
    assert!(all_appointments(phone.client()).contains("No portal is connected yet"));
}
