//! What the writer of a mail wrote now, and what is folded away.

mod sound;

use tidings::mail::reply::Reply;

const QUOTED: &str = "Dear all,\n\nthe printer is broken.\n\nAnn";

/// `text` with a mark before each line.
fn marked(text: &str) -> String {
    let mut marked = text.replace('\n', "\n> ");
    marked.insert_str(0, "> ");
    marked.push('\n');
    marked
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(Reply::of(text).text, expected, "of:\n{text}");
}

#[test]
fn lines_that_introduce_a_quote_are_known_in_every_language() {
    let rows = include_str!("../../data/attributions.txt");
    let mut wrong = Vec::new();
    for row in rows.lines().filter(|row| !row.is_empty() && !row.starts_with('#')) {
        let (how, rest) = row.split_once(' ').unwrap();
        let (_, line) = rest.split_once(' ').unwrap();
        let line = line.replace('|', "\n");
        let plain = format!("It prints now.\n\n{line}\n\n{QUOTED}\n");
        let with_mark = format!("It prints now.\n\n{line}\n\n{}", marked(QUOTED));
        let without_blank = format!("It prints now.\n{line}\n{}", marked(QUOTED));
        let inside = format!("It prints now.\n\n{}", marked(&format!("{line}\n\nOld.")));
        let kept = Reply::of(&plain).text;
        let right = match how {
            "alone" => kept == "It prints now." && Reply::of(&inside).text == kept,
            "quote" => kept == plain.trim_end(),
            _ => panic!("{row}"),
        };
        let folded = [&with_mark, &without_blank].map(|text| Reply::of(text).text);
        if !right || folded.iter().any(|text| text != "It prints now.") {
            wrong.push(format!("{row}\n  plain: {kept:?}\n  marked: {folded:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each language's header as Outlook writes it: four names, or five with the copies.
const HEADERS: [&str; 32] = [
    "From,Sent,To,Subject",
    "From,Date,To,Cc,Subject",
    "Von,Gesendet,An,Betreff",
    "Von,Datum,An,Cc,Betreff",
    "De ,Envoyé ,À ,Objet ",
    "De,Enviado el,Para,Asunto",
    "De,Fecha,Para,Asunto",
    "De,Enviada em,Para,Assunto",
    "Da,Inviato,A,Oggetto",
    "Van,Verzonden,Aan,Onderwerp",
    "Fra,Sendt,Til,Emne",
    "Från,Skickat,Till,Ämne",
    "Lähettäjä,Lähetetty,Vastaanottaja,Aihe",
    "Od,Wysłano,Do,Temat",
    "Od,Odesláno,Komu,Předmět",
    "Odosielateľ,Odoslané,Komu,Predmet",
    "Feladó,Elküldve,Címzett,Tárgy",
    "De la,Trimis,Către,Subiect",
    "От,Отправлено,Кому,Тема",
    "Від,Надіслано,Кому,Тема",
    "От,Изпратено,До,Относно",
    "Kimden,Gönderildi,Kime,Konu",
    "Από,Στάλθηκε,Προς,Θέμα",
    "差出人,送信日時,宛先,件名",
    "发件人,发送时间,收件人,主题",
    "寄件者,寄件日期,收件者,主旨",
    "보낸 사람,보낸 날짜,받는 사람,제목",
    "Từ,Đã gửi,Tới,Chủ đề",
    "מאת,נשלח,אל,נושא",
    "من,تاريخ الإرسال,إلى,الموضوع",
    "Šalje,Poslano,Prima,Predmet",
    "*From,*Sent,*To,*Subject",
];

#[test]
fn headers_of_quoted_mail_are_known_in_every_language() {
    for names in HEADERS {
        let values = ["Ann Lee <ann@example.org>", "2 January 2024 10:15", "Help", "Printer", "x"];
        let fields: Vec<_> =
            names.split(',').zip(values).map(|(name, value)| format!("{name}: {value}")).collect();
        let header = fields.join("\n");
        for above in ["", "\n", "\n________________________________\n", "\n-----\n\n"] {
            check(&format!("It prints now.\n{above}{header}\n\n{QUOTED}\n"), "It prints now.");
        }
        let apart = fields.join("\n\n");
        check(&format!("It prints now.\n\n{apart}\n\n{QUOTED}\n"), "It prints now.");
        check(&format!("It prints now.\n\n> {}", header.replace('\n', "\n> ")), "It prints now.");
        let whole = format!("{header}\n\n{QUOTED}");
        check(&whole, &whole);
    }
    check(
        "Yes.\n\nFrom: Ann <a@b.c>\nSent: today\nTo: Ben <b@b.c>;\n Cem <c@b.c>; Dora\nSubject: x\n\nold",
        "Yes.",
    );
    check("Yes.\n\nFrom: Ann Lee\nDate: today\nSubject: x\n\nold", "Yes.");
}

#[test]
fn markers_of_quoted_mail_are_known_in_every_language() {
    for marker in [
        "-----Original Message-----",
        "-------- Original message --------",
        "--- Original Message ---",
        "*----- Original Message -----*",
        "-----Original Appointment-----",
        "---------- Forwarded message ---------",
        "----- Forwarded by Ann Lee/Example on 01/02/2024 10:15 AM -----",
        "Begin forwarded message:",
        "-----Ursprüngliche Nachricht-----",
        "-------- Originalnachricht --------",
        "-------- Weitergeleitete Nachricht --------",
        "Anfang der weitergeleiteten Nachricht:",
        "-----Message d'origine-----",
        "-----Message d’origine-----",
        "-------- Message transféré --------",
        "Début du message réexpédié :",
        "-----Mensaje original-----",
        "-----Mensagem original-----",
        "-----Messaggio originale-----",
        "Inizio messaggio inoltrato:",
        "-----Oorspronkelijk bericht-----",
        "-----Oprindelig meddelelse-----",
        "-----Opprinnelig melding-----",
        "-----Ursprungligt meddelande-----",
        "-----Alkuperäinen viesti-----",
        "-----Wiadomość oryginalna-----",
        "-----Původní zpráva-----",
        "-----Eredeti üzenet-----",
        "-----Mesaj original-----",
        "-----Исходное сообщение-----",
        "-------- Пересылаемое сообщение --------",
        "-----Оригінальне повідомлення-----",
        "-----Özgün İleti-----",
        "-----Αρχικό μήνυμα-----",
        "------------------ 原始邮件 ------------------",
        "-----元のメッセージ-----",
        "-----원본 메시지-----",
        "-----הודעה מקורית-----",
        "-----الرسالة الأصلية-----",
        "-----Thư gốc-----",
    ] {
        check(&format!("It prints now.\n\n{marker}\n{QUOTED}\n"), "It prints now.");
        check(&format!("{marker}\n{QUOTED}"), "");
    }
    for marker in [
        "-- REPLY ABOVE THIS LINE --",
        "##- Please type your reply above this line -##",
        "##- Bitte geben Sie Ihre Antwort oberhalb dieser Zeile ein. -##",
        "##- Veuillez répondre au-dessus de cette ligne -##",
    ] {
        check(&format!("It prints now.\n\n{marker}\n{QUOTED}\n"), "It prints now.");
        // A help desk's own mail begins so.
        let whole = format!("{marker}\n{QUOTED}");
        check(&whole, &whole);
    }
    check("Yes.\n\n> -- REPLY ABOVE THIS LINE --\n\nHey!", "Yes.");
    let prose = "See the original message:\n- forwarded message\nreply above this line or call.";
    check(prose, prose);
}

#[test]
fn what_phones_and_programs_add_is_folded() {
    for line in [
        "Sent from my iPhone",
        "Sent from my iPhone.",
        "(sent from my phone)",
        "Sent from my Samsung Galaxy smartphone.",
        "Sent from my iPhone, please excuse any typos",
        "Sent from Mail for Windows",
        "Sent from [Outlook](https://example.org/x) for iOS",
        "Get Outlook for iOS<https://example.org/x>",
        "Get Outlook for Android <https://example.org/x>",
        "Von meinem iPhone gesendet",
        "Gesendet von Outlook für Android",
        "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "Envoyé de mon iPhone",
        "Télécharger Outlook pour iOS",
        "Enviado desde mi iPhone",
        "Enviado do meu iPhone",
        "Inviato da iPhone",
        "Verstuurd vanaf mijn iPhone",
        "Sendt fra min iPhone",
        "Skickat från min iPhone",
        "Lähetetty iPhonesta",
        "Wysłane z iPhone'a",
        "Odesláno z iPhonu",
        "Odoslané z iPhonu",
        "Elküldve az iPhone-omról",
        "Trimis de pe iPhone-ul meu",
        "Отправлено с iPhone",
        "Надіслано з iPhone",
        "iPhone’umdan gönderildi",
        "Στάλθηκε από το iPhone μου",
        "Đã gửi từ iPhone của tôi",
        "Dikirim dari iPhone saya",
        "iPhoneから送信",
        "发自我的 iPhone",
        "從我的 iPhone 傳送",
        "나의 iPhone에서 보냄",
        "נשלח מה-iPhone שלי",
        "أرسلت من الـ iPhone",
    ] {
        check(&format!("It prints now.\n\n{line}\n"), "It prints now.");
        check(&format!("It prints now.\n{line}\n\n{}", marked(QUOTED)), "It prints now.");
        check(
            &format!("It prints now.\n{line}\n\nOn 1/2/24 10:15, A wrote:\n{}", marked(QUOTED)),
            "It prints now.",
        );
        check(line, line);
    }
    for line in [
        "Sent from my desk, is much easier than my mobile phone.",
        "Sent from a magnificent torch of pixels",
        "Sent from my house to yours by the post office of the next town over there",
        "Get Outlook.",
    ] {
        let whole = format!("It prints now.\n\n{line}");
        check(&whole, &whole);
    }
}

#[test]
fn signatures_are_folded_and_greetings_are_kept() {
    check("Yes.\n\n-- \nAnn Lee\nExample Ltd\n+44 1234\n", "Yes.");
    check("Yes.\n--\nAnn Lee\n", "Yes.");
    check("Yes.\n\n--\u{a0}\nAnn Lee\n\nExample Ltd\n\n\n", "Yes.");
    check("Yes.\n\n-- \nAnn\n\n-- \nExample Ltd\n", "Yes.");
    check("Yes.\n\n---\nAnn Lee\nExample Ltd\n", "Yes.");
    check("Yes.\n\n__\nAnn Lee\n", "Yes.");
    check("Yes.\n\n-Ann Lee", "Yes.");
    check("Yes.\n\nKind regards,\nAnn\n", "Yes.\n\nKind regards,\nAnn");
    check("This -- is no signature.\n\nNeither.", "This -- is no signature.\n\nNeither.");
    check("Buy:\n\n-Milk", "Buy:\n\n-Milk");
    check(
        "One\n---\nThis is the next part, a sentence.",
        "One\n---\nThis is the next part, a sentence.",
    );
    let long = format!("Yes.\n--\n{}", ["line"; 30].join("\n"));
    check(&long, &long);
    check("-- \nAnn Lee", "-- \nAnn Lee");
    check(
        "Yes.\n\n_______________________________________________\nPrinters mailing list\nprinters@lists.example.org\nhttps://lists.example.org/printers\n",
        "Yes.",
    );
    check(
        "Yes.\n\n-----BEGIN PGP SIGNATURE-----\n\niQEzBAEB\n=abcd\n-----END PGP SIGNATURE-----",
        "Yes.",
    );
    let folded = Reply::of("Yes.\n\n-- \nAnn\n\nOn 1/2/24 10:15, Ben wrote:\n> a\n>\n> b\n");
    assert_eq!((folded.text.as_str(), folded.signed, folded.quoted), ("Yes.", 2, 4));
}

#[test]
fn disclaimers_are_folded() {
    for disclaimer in [
        "This email and any attachments are confidential and intended solely for the addressee.\nIf you are not the intended recipient, please delete it.",
        "CONFIDENTIALITY NOTICE: this message is privileged. Any unauthorized use is prohibited.",
        "Confidentiality Notice\n\nThe information in this e-mail is confidential. If you have\nreceived this e-mail in error, notify the sender.",
        "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, informieren Sie bitte sofort den Absender.",
        "Ce message et ses pièces jointes sont confidentiels et établis à l'intention exclusive de leur destinataire.",
        "Este mensaje es confidencial. Si no es el destinatario, queda prohibida su copia.",
        "Questo messaggio è riservato al destinatario. Se lo avete ricevuto per errore, è vietato copiarlo.",
        "Dit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde.",
        "Настоящее сообщение конфиденциально. Если вы получили его по ошибке, сообщите об этом.",
        "本邮件包含保密信息，仅供收件人使用。未经授权禁止复制。",
        "Please consider the environment before printing this email.",
        "This email has been scanned for viruses by a machine.",
        "________________________________\n\nThis e-mail is confidential.\nNotify the sender.\n\n----------",
    ] {
        check(&format!("It prints now.\n\nAnn\n\n{disclaimer}\n"), "It prints now.\n\nAnn");
        check(
            &format!("It prints now.\n\nSent from my iPhone\n\n{disclaimer}\n"),
            "It prints now.",
        );
    }
    for own in [
        "Hello,\n\nI received this email in error. Please delete this email and my account.",
        "Hello,\n\nplease treat this as confidential.",
        "Hello,\n\nwhat does your privacy policy say about it?",
    ] {
        check(own, own);
    }
}

const INTRODUCED: &str = "On 1/2/24 10:15, Ann Lee wrote:";

#[test]
fn an_answer_stands_above_below_or_between() {
    check(&format!("Above.\n\n{INTRODUCED}\n> Old.\n"), "Above.");
    check(&format!("{INTRODUCED}\n> Old.\n>\n> More.\n\nBelow.\n"), "Below.");
    check(&format!("{INTRODUCED}\n\n> Old.\n\nBelow.\n\nOn and on.\n"), "Below.\n\nOn and on.");
    let between = format!("{INTRODUCED}\n> One?\n\nYes.\n\n> Two?\n\nNo.");
    check(&format!("{between}\n\n> Three.\n> -- \n> Ann\n"), &between);
    check(&format!("{between}\n\n-- \nBen\n"), &between);
    let both = format!("Hi Ann,\n\n{INTRODUCED}\n> One?\n\nYes.");
    check(&format!("{both}\n"), &both);
    // How a letter ends may stand below the quote; an answer there is an answer.
    check(
        &format!("Above.\n\n{INTRODUCED}\n> Old.\n\nKind regards,\nBen Lee\n+44 1234\n"),
        "Above.",
    );
    let below = format!("{INTRODUCED}\n> Old.\n\nKind regards,\nBen");
    check(&below, "Kind regards,\nBen");
    let both = format!("Above.\n\n{INTRODUCED}\n> Old.\n\nThanks, I will try.");
    check(&both, &both);
    // Without an introduction nobody knows what the answer would be without it.
    check("> Can we meet at five?\nYes.", "> Can we meet at five?\nYes.");
    check("Above.\n\n> Old words in one line, six of them\n", "Above.");
    check("Above.\n\n&gt; Old words in one line, six\n&gt; of them\n", "Above.");
    check("Above.\n> a\n> b\n>> c\n", "Above.");
}

#[test]
fn what_only_looks_like_a_quote_is_kept() {
    for text in [
        "We need\n\n> 5 apples",
        "We need\n> 5 apples\nand pears.",
        "The log says:\n\n> error 1\n> error 2\n> error 3",
        "On Monday she wrote: please call.\n\nSo call.",
        "On Monday she wrote:\n\nplease call. So call.",
        "He wrote at 12:30 that this is so:\n\nit is.",
        "As of 2024 write to help@example.org:\n\nthey answer.",
        "Hi,\n\nan error at 2024-01-02 10:15:33 from <noreply@example.org>:\n\nno ink\n\nHelp!",
        "On 2 January 2024 at 10:15 I got this from ann@example.org:\n\nno ink\n\nWhat is it?",
        "On your machine run:\n\n    printer --now\n\nand wait.",
        "A flight, please.\n\nFrom: Paris\nTo: Rome\nDate: 3 May 2024\n\nThank you.",
        "From: here on it is simple.\nTo: be or not.\n\nYes.",
        "Two parts:\n\n-----\n\nthe second.",
        "Subject: none\n\nhm",
        "a <- b\n=> c\n-> d",
        "Am 3.5. schrieb ich Ihnen.\n\nKeine Antwort.",
    ] {
        check(text, text);
    }
}

#[test]
fn of_a_mail_that_is_nothing_but_a_quote_nothing_is_new() {
    for text in [
        "On 1/2/24 10:15, Ann Lee wrote:\n> a\n> b\n> c",
        "-----Original Message-----\nFrom: ann@example.org\nSent: today\nSubject: x\n\nold",
        "---------- Forwarded message ---------\nFrom: Ann <a@b.c>\nDate: today\nSubject: x\nTo: <b@b.c>\n\n\nold",
        "-----Original Message-----\nFrom: a@b.c\nSubject: x\n\nfirst\n\nOn Tue, 2 Jan 2024 at 10:15, B <b@b.c> wrote:\n\nsecond",
    ] {
        check(text, "");
        assert!(0 < Reply::of(text).quoted, "{text}");
    }
    // What only looks like one is all that there is.
    for text in [
        "> a\n> b\n> c\n> d",
        "On Tue, 2 Jan 2024 at 10:15, Ann Lee <ann@example.org> wrote:\n\nold",
        "Sent from my iPhone\n\nBegin forwarded message:\n\n> From: Ann <ann@example.org>\n> Subject: x\n>\n> old",
        "-- \nAnn\n\n> On 1/2/24 10:15, Ben wrote:\n> a",
    ] {
        check(text, text);
        assert_eq!(Reply::of(text).quoted + Reply::of(text).signed, 0, "{text}");
    }
    check("", "");
    check(" \n\t\n\u{a0}\n", "");
    check("\n\nYes.\n\n", "Yes.");
}
