//! Names of header fields as mail programs write them above a message that they quote.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::entries;

/// What a field of such a header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::mail::reply) enum Role {
    /// Who wrote the message.
    From,
    /// When.
    Date,
    /// To whom; the first recipients or the others.
    To,
    /// About what.
    Subject,
    /// Anything else that stands among them.
    Other,
}

const FROM: &str = "
    en  from | sender | reply-to
    de  von | absender
    nl  van | afzender
    da  fra | afsender
    sv  från | avsändare
    is  frá
    fr  de | expéditeur | de la part de
    es  de | remitente
    it  da | mittente
    pt  de | remetente
    ro  de la | expeditor
    pl  od | nadawca
    cs  od | odesílatel
    sk  odosielateľ
    sl  od | pošiljatelj
    hr  od | šalje | pošiljatelj
    sr  од | шаље
    bg  от | подател
    ru  от | от кого | отправитель
    uk  від | від кого | відправник
    fi  lähettäjä
    et  saatja
    lv  no | sūtītājs
    lt  nuo
    hu  feladó
    tr  kimden | gönderen
    el  από
    vi  từ | người gửi
    id  dari
    he  מאת
    ar  من
    fa  از
    hi  से | प्रेषक
    th  จาก
    ja  差出人 | 送信者 | from
    zh  发件人 | 寄件者 | 寄件人 | 發件人 | 发信人
    ko  보낸 사람 | 보낸사람 | 발신
";

const DATE: &str = "
    en  sent | date | sent on | sent at | received
    de  gesendet | datum | gesendet am
    nl  verzonden | datum | verzonden op
    da  sendt | dato | sendt den
    sv  skickat | datum | skickad
    is  sent | dagsetning
    fr  envoyé | date | envoyé le | le
    es  enviado | fecha | enviado el | enviado a las
    it  inviato | data | inviato il
    pt  enviado | data | enviada em | enviado em | enviada
    ro  trimis | data | dată
    pl  wysłano | data | wysłane | wyslano
    cs  odesláno | datum
    sk  odoslané | dátum
    sl  poslano | datum
    hr  poslano | datum
    sr  послато | датум
    bg  изпратено | дата
    ru  отправлено | дата | отправлен
    uk  надіслано | дата | відправлено
    fi  lähetetty | päivämäärä | päiväys
    et  saadetud | kuupäev
    lv  nosūtīts | datums
    lt  išsiųsta | data
    hu  elküldve | dátum | küldve | küldés dátuma
    tr  gönderilme | gönderildi | tarih | gönderme tarihi
    el  στάλθηκε | ημερομηνία | εστάλη
    vi  đã gửi | ngày | ngày gửi | thời gian
    id  tanggal | dikirim | terkirim
    he  נשלח | תאריך | ‏‏נשלח
    ar  تاريخ الإرسال | التاريخ | تم الإرسال | أرسلت
    fa  تاریخ
    th  วันที่ | ส่ง
    ja  送信日時 | 日時 | 送信日 | 日付 | date
    zh  发送时间 | 日期 | 傳送時間 | 寄件日期 | 时间 | 發送時間 | 发送日期
    ko  보낸 날짜 | 날짜 | 보낸날짜 | 전송
";

const TO: &str = "
    en  to | cc | bcc
    de  an | kopie | kopie (cc) | empfänger
    nl  aan | kopie
    da  til | kopi
    sv  till | kopia
    is  til | afrit
    fr  à | a | destinataire | copie à | copie
    es  para | destinatario | cc
    it  a | destinatario | per conoscenza
    pt  para | destinatário | com cópia
    ro  către | catre | pentru
    pl  do | dw | udw
    cs  komu | kopie
    sk  komu | kópia | pre
    sl  za | kp
    hr  za | prima | kopija
    sr  за | коме
    bg  до | копие | кому
    ru  кому | копия
    uk  кому | копія
    fi  vastaanottaja | kopio
    et  adressaat | koopia
    lv  kam | kopija
    lt  kam | kopija
    hu  címzett | másolatot kap | másolat
    tr  kime | alıcı | bilgi
    el  προς | κοιν
    vi  tới | đến | người nhận
    id  kepada | ke
    he  אל | עותק
    ar  إلى | نسخة
    fa  به | رونوشت
    th  ถึง | สำเนา
    ja  宛先 | to | cc
    zh  收件人 | 收件者 | 抄送 | 副本
    ko  받는 사람 | 받는사람 | 수신 | 참조
";

const SUBJECT: &str = "
    en  subject | re
    de  betreff | betr
    nl  onderwerp | betreft
    da  emne
    sv  ämne
    is  efni
    fr  objet | sujet
    es  asunto
    ca  assumpte | tema
    it  oggetto
    pt  assunto
    ro  subiect
    pl  temat
    cs  předmět
    sk  predmet
    sl  zadeva
    hr  predmet
    sr  предмет | тема
    bg  относно | тема
    ru  тема
    uk  тема
    fi  aihe
    et  teema
    lv  temats | tēma
    lt  tema
    hu  tárgy
    tr  konu
    el  θέμα
    vi  chủ đề | tiêu đề
    id  subjek | perihal
    he  נושא | הנדון
    ar  الموضوع
    fa  موضوع
    th  เรื่อง | หัวเรื่อง
    ja  件名 | subject
    zh  主题 | 主旨 | 主題 | 标题
    ko  제목
";

const OTHER: &str = "
    en  importance | attachments | organization | organisation | priority | reply to | mailing list | message-id | x-mailer
    de  wichtigkeit | anlagen | organisation | priorität | antwort an
    nl  urgentie | bijlagen | beantwoorden - aan
    da  vedhæftet | vedhæftede filer | prioritet
    sv  bifogade filer | prioritet
    fr  importance | pièces jointes | répondre à | pj
    es  importancia | datos adjuntos | responder a | organización
    it  priorità | allegati | rispondi a
    pt  prioridade | anexos | responder a | anexo
    pl  załączniki | ważność
    cs  přílohy | důležitost
    ru  вложения | важность
    hu  mellékletek | fontosság
    zh  附件 | 组织 | 重要性 | 回复
    ja  添付ファイル | 重要度
";

/// What the field of this name, folded, says.
pub(in crate::mail::reply) fn role(name: &str) -> Option<Role> {
    ROLES.get(name).copied()
}

/// Bytes of the longest name.
pub(in crate::mail::reply) const NAME_BYTES_MAX: usize = 48;

static ROLES: LazyLock<HashMap<&'static str, Role>> = LazyLock::new(|| {
    let tables = [
        (OTHER, Role::Other),
        (SUBJECT, Role::Subject),
        (TO, Role::To),
        (DATE, Role::Date),
        (FROM, Role::From),
    ];
    let names =
        tables.into_iter().flat_map(|(table, role)| entries(table).map(move |name| (name, role)));
    names.collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_has_a_digit() {
        assert!(!ROLES.keys().any(|name| name.contains(|at: char| at.is_ascii_digit())));
    }
}
