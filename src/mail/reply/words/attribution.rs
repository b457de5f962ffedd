//! Words of the lines that introduce a quote: `On …, … wrote:`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::{begins, ends, entries};

/// How such lines begin.
const OPENERS: &str = "
    en  on | at | in message | in article | in a message
    de  am | zum
    nl  op
    da  den | d. | kl.
    nb  på
    fr  le | en date du
    es  el | con fecha
    ca  el dia
    it  il | in data | il giorno
    pt  em | no dia
    ro  pe | în data de | în ziua de | la data de
    pl  w dniu | dnia | w dn.
    cs  dne | ve dnech
    sk  dňa
    sl  dne | v
    hr  dana | datuma
    lt  data
    el  στις | την | την ημερομηνία
    vi  vào | vào lúc | vào ngày | lúc | ngày
    id  pada
    ms  pada
    he  בתאריך | ב-
    ar  في | بتاريخ
    fa  در | در تاریخ
    zh  在 | 于 | 於
";

/// Verbs at the end of such a line, or before the colon that ends it.
const VERBS: &str = "
    en  wrote | writes | said | says | has written | via email wrote
    de  schrieb | schrieben | schrieben sie | geschrieben | schreibt | hat geschrieben
    nl  schreef | geschreven | het volgende geschreven | verzond | schreef het volgende
    da  skrev | skrev følgende | skriver
    sv  skrev följande | följande | skrifvit
    is  skrifaði
    fr  a écrit | écrit | ecrit | a ecrit | nous a dit | a écrit ceci
    es  escribió | escribio | ha escrito | escribe
    ca  va escriure | ha escrit
    gl  escribiu
    pt  escreveu | escreveu o seguinte | escreve
    it  ha scritto | scritto | scrive | scrisse
    ro  a scris | scris | a scris următoarele
    pl  napisał | napisała | pisze | napisali | nadesłał | napisal
    cs  napsal | napsala | píše
    sk  napísal | napísala | píše
    sl  je napisal | je napisala
    hr  je napisao | je napisala | napisao je | napisao | napisala | piše
    sr  је написао | је написала | је написао/ла
    bg  написа | пише
    ru  написал | написала | пишет | писал | писала
    uk  написав | написала | пише
    fi  kirjoitti
    et  kirjutas
    lv  rakstīja
    lt  rašė
    hu  ezt írta | írta | írta a következőt
    tr  yazdı | şunu yazdı | şunları yazdı | tarafından yazıldı
    el  έγραψε
    vi  đã viết | viết
    id  menulis
    ms  menulis
    he  כתב | כתבה | כתב/ה | מאת
    ar  كتب | كتبت | كتابة | بواسطة
    fa  نوشت
    hi  ने लिखा
    th  เขียนว่า
    ja  のメッセージ | は書きました | が書きました | さんが書きました | は次のように書きました | wrote
    zh  写道 | 寫道 | 寫 | 写 | 來信 | 撰写
    ko  작성 | 님이 작성 | 씀 | 썼습니다 | 작성하였습니다 | 작성했습니다 | 님의 말
";

/// Verbs before the name: the line goes on and ends in a colon.
const VERBS_BEFORE_NAMES: &str = "
    de  schrieb | schreibt
    nl  schreef | heeft
    da  skrev | skriver
    is  skrifaði
    pt  escreveu
    es  escribió
    ca  escriure
";

/// What a quote is introduced with instead: `Quoting …:`.
const CITING: &str = "
    en  quoting | citing | quoth
    de  zitat von | zitiere
    fr  quoting | citation de | selon
    es  citando a | mensaje citado por | iniciado por
    ca  missatge de
    gl  mensaxe de
    it  quoto | citando
    pt  citando | citar
    nl  citeren
    sv  citerar
    da  citat fra
    pl  cytowanie | wiadomość napisana przez
    cs  citování | cituji
    hu  idézet
    ru  цитирование | цитирую
";

/// Days of the week as such lines begin with them.
const DAYS: &str = "
    en  mon | tue | tues | wed | thu | thur | thurs | fri | sat | sun | monday | tuesday | wednesday | thursday | friday | saturday | sunday
    de  mo | di | mi | do | fr | sa | so | montag | dienstag | mittwoch | donnerstag | freitag | samstag | sonntag
    nl  ma | wo | vr | za | zo | maandag | dinsdag | woensdag | donderdag | vrijdag | zaterdag | zondag
    da  man | tir | tirs | ons | tor | tors | fre | lør | søn | mandag | tirsdag | onsdag | torsdag | fredag | lørdag | søndag
    sv  mån | tis | lör | sön | måndag | tisdag | lördag | söndag
    fi  ma | ti | ke | to | pe | la | su | maanantai | tiistai | keskiviikko | torstai | perjantai | lauantai | sunnuntai
    fr  lun | mar | mer | jeu | ven | sam | dim | lundi | mardi | mercredi | jeudi | vendredi | samedi | dimanche
    es  lun | mar | mié | jue | vie | sáb | dom | lunes | martes | miércoles | jueves | viernes | sábado | domingo
    it  lun | mar | mer | gio | ven | sab | dom | lunedì | martedì | mercoledì | giovedì | venerdì | sabato | domenica
    pt  seg | ter | qua | qui | sex | sáb | dom | segunda-feira | terça-feira | quarta-feira | quinta-feira | sexta-feira
    pl  pon | pn | wt | śr | czw | czwartek | pt | sob | niedz | poniedziałek | wtorek | środa | piątek | sobota | niedziela
    cs  po | út | st | čt | pá | so | ne | pondělí | úterý | středa | čtvrtek | pátek | sobota | neděle
    hu  hétfő | kedd | szerda | csütörtök | péntek | szombat | vasárnap
    tr  pzt | sal | çar | per | cum | cmt | paz
    ru  пн | вт | ср | чт | пт | сб | вс | понедельник | вторник | среда | четверг | пятница | суббота | воскресенье
    uk  нд | понеділок | вівторок | середа | четвер | пʼятниця | п'ятниця | субота | неділя
";

/// How a line begins that may introduce a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::mail::reply) enum Opening {
    /// With a word for it: `On`.
    Word,
    /// With a digit or a day of the week.
    Date,
    /// With anything else.
    Other,
}

/// How `text`, folded, begins.
pub(in crate::mail::reply) fn opening(text: &str) -> Opening {
    let first = first_word(text);
    let word = OPENING_WORDS
        .get(first)
        .is_some_and(|phrases| phrases.iter().any(|phrase| begins(text, phrase)));
    if word || any_dense(text, &DENSE_OPENERS, |text, opener| text.starts_with(opener)) {
        Opening::Word
    } else if text.starts_with(char::is_numeric) || DAY_NAMES.contains(first.trim_end_matches('.'))
    {
        Opening::Date
    } else {
        Opening::Other
    }
}

/// Whether `text`, folded, begins as `Quoting …` does.
pub(in crate::mail::reply) fn is_citing(text: &str) -> bool {
    CITING_WORDS
        .get(first_word(text))
        .is_some_and(|phrases| phrases.iter().any(|phrase| begins(text, phrase)))
}

/// Whether `text`, folded and without its colon, ends with a verb of writing.
pub(in crate::mail::reply) fn ends_with_verb(text: &str) -> bool {
    let last = text.rsplit(|at: char| !at.is_alphabetic()).next().unwrap_or_default();
    LAST_WORDS.get(last).is_some_and(|phrases| phrases.iter().any(|phrase| ends(text, phrase)))
        || any_dense(text, &DENSE_VERBS, |text, verb| text.ends_with(verb))
}

/// Whether `text`, folded, begins with a verb of writing.
pub(in crate::mail::reply) fn begins_with_verb(text: &str) -> bool {
    let first = text.split(|at: char| !at.is_alphabetic()).next().unwrap_or_default();
    FIRST_WORDS.get(first).is_some_and(|phrases| phrases.iter().any(|phrase| begins(text, phrase)))
        || any_dense(text, &DENSE_VERBS, |text, verb| text.starts_with(verb))
}

/// Whether a verb that stands before the name is a word of `text`, folded.
pub(in crate::mail::reply) fn has_verb_before_name(text: &str) -> bool {
    text.split(' ').any(|word| BEFORE_NAMES.contains(word))
}

/// Whether a verb of writing stands anywhere in `text`, folded.
pub(in crate::mail::reply) fn has_verb(text: &str) -> bool {
    let is_verb = |word: &str| {
        let few = if word.is_ascii() { 4 } else { 3 };
        word.chars().nth(few - 1).is_some() && LAST_WORDS.contains_key(word)
    };
    text.split(|at: char| !at.is_alphabetic()).any(is_verb)
        || any_dense(text, &DENSE_VERBS, |text, verb| {
            verb.chars().nth(1).is_some() && text.contains(verb)
        })
}

/// Whether any of these words `stands` in `text` somewhere; none does in ASCII.
fn any_dense(text: &str, words: &[&str], stands: impl Fn(&str, &str) -> bool) -> bool {
    !text.is_ascii() && words.iter().any(|word| stands(text, word))
}

type Phrases = LazyLock<HashMap<&'static str, Vec<&'static str>>>;

static OPENING_WORDS: Phrases = LazyLock::new(|| by(OPENERS, first_word));
static CITING_WORDS: Phrases = LazyLock::new(|| by(CITING, first_word));
static FIRST_WORDS: Phrases = LazyLock::new(|| {
    by(VERBS, |verb| verb.split(|at: char| !at.is_alphabetic()).next().unwrap_or_default())
});
static LAST_WORDS: Phrases = LazyLock::new(|| {
    by(VERBS, |verb| verb.rsplit(|at: char| !at.is_alphabetic()).next().unwrap_or_default())
});
static DAY_NAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| entries(DAYS).collect());
static BEFORE_NAMES: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| entries(VERBS_BEFORE_NAMES).collect());

/// Of scripts that put no blanks between words, and what is written without one.
static DENSE_OPENERS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| entries(OPENERS).filter(|word| is_dense(word) || *word == "ב-").collect());
static DENSE_VERBS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| entries(VERBS).filter(|word| is_dense(word)).collect());

fn by(
    table: &'static str,
    key: fn(&'static str) -> &'static str,
) -> HashMap<&'static str, Vec<&'static str>> {
    let mut map: HashMap<_, Vec<_>> = HashMap::new();
    for entry in entries(table) {
        map.entry(key(entry)).or_default().push(entry);
    }
    map
}

fn first_word(text: &str) -> &str {
    text.split([' ', ',']).next().unwrap_or_default()
}

fn is_dense(word: &str) -> bool {
    word.starts_with(
        |first: char| matches!(first, '\u{0e00}'..='\u{0e7f}' | '\u{2e80}'..='\u{d7ff}'),
    )
}
