//! Lines by which mail programs and help desks part a message from what it answers.

/// Between rules: `-----Original Message-----`.
pub(in crate::mail::reply) const ORIGINAL: &str = "
    en  original message | original | original email | original mail | reply message | forwarded message | forwarded email | forwarded by | forwarded from | begin forwarded message | end of forwarded message | original appointment | original message follows | start of forwarded message
    de  ursprüngliche nachricht | originalnachricht | original-nachricht | originalmail | weitergeleitete nachricht | ursprüngliche mail | original nachricht | originalmessage | antwort nachricht | weitergeleitet von | anfang der weitergeleiteten nachricht | ursprüngliche email
    nl  oorspronkelijk bericht | origineel bericht | originele bericht | doorgestuurd bericht | oorspronkelijk bericht | begin doorgestuurd bericht
    da  oprindelig meddelelse | oprindelig besked | original meddelelse | videresendt meddelelse | videresendt besked | oprindelig mail
    nb  opprinnelig melding | opprinnelig e-post | original melding | videresendt melding | opprinnelig epost
    sv  ursprungligt meddelande | originalmeddelande | vidarebefordrat meddelande | vidarebefordrat brev | ursprungligt mail
    is  upphaflegt skeyti | upprunaleg skilaboð
    fr  message d'origine | message original | message transféré | message initial | courriel original | début du message transféré | message réexpédié
    es  mensaje original | mensaje reenviado | mensaje original | correo original | mensaje de origen | inicio del mensaje reenviado
    ca  missatge original | missatge reenviat
    gl  mensaxe orixinal | mensaxe reenviada
    it  messaggio originale | messaggio inoltrato | messaggio originario | inizio messaggio inoltrato
    pt  mensagem original | mensagem encaminhada | mensagem reencaminhada | início da mensagem reencaminhada
    ro  mesaj original | mesajul original | mesaj redirecționat | mesaj înaintat | mesajul redirecționat
    pl  wiadomość oryginalna | oryginalna wiadomość | treść oryginalnej wiadomości | wiadomość przekazana | przekazana wiadomość | wiadomość oryginalna
    cs  původní zpráva | přeposlaná zpráva | puvodni zprava | původní e-mail
    sk  pôvodná správa | preposlaná správa
    sl  izvirno sporočilo | posredovano sporočilo
    hr  izvorna poruka | proslijeđena poruka | originalna poruka
    sr  оригинална порука | прослеђена порука
    bg  оригинално съобщение | препратено съобщение
    ru  исходное сообщение | пересылаемое сообщение | пересланное сообщение | первоначальное сообщение | оригинальное сообщение | перенаправленное сообщение | начало переадресованного сообщения
    uk  оригінальне повідомлення | переслане повідомлення | початкове повідомлення | вихідне повідомлення
    fi  alkuperäinen viesti | välitetty viesti | edelleenlähetetty viesti | alkuperäinen sähköposti
    et  algne sõnum | algne kiri | edastatud kiri | edastatud sõnum
    lv  sākotnējais ziņojums | pārsūtītais ziņojums
    lt  pradinis laiškas | persiųstas laiškas | originalus pranešimas
    hu  eredeti üzenet | továbbított üzenet | eredeti levél
    tr  orijinal mesaj | özgün ileti | iletilmiş mesaj | yönlendirilen ileti | orjinal mesaj | özgün mesaj | asıl ileti | iletilen mesaj
    el  αρχικό μήνυμα | προωθημένο μήνυμα
    vi  thư gốc | tin nhắn gốc | thư đã chuyển tiếp | thư được chuyển tiếp | forwarded message
    id  pesan asli | pesan diteruskan | pesan terusan
    he  הודעה מקורית | הודעה שהועברה
    ar  الرسالة الأصلية | رسالة أصلية | رسالة معاد توجيهها
    fa  پیام اصلی
    th  ข้อความต้นฉบับ | ข้อความเดิม
    ja  元のメッセージ | 転送メッセージ | オリジナルメッセージ | 元のメール | 転送メール | original message
    zh  原始邮件 | 原始郵件 | 转发邮件 | 轉寄郵件 | 转发的邮件 | 已转发邮件 | 邮件原件 | 转发信息 | 原郵件 | 原邮件 | 回复的原邮件
    ko  원본 메시지 | 원본 메일 | 전달된 메시지 | 전달된 메일 | 원본메시지
";

/// On a line of their own, ending in a colon: `Begin forwarded message:`.
pub(in crate::mail::reply) const BEGIN_FORWARDED: &str = "
    en  begin forwarded message | start of forwarded message
    de  anfang der weitergeleiteten nachricht | anfang der weitergeleiteten e-mail | anfang der weitergeleiteten email
    nl  begin doorgestuurd bericht
    da  start på videresendt besked | begynd videresendt besked
    nb  videresendt melding | start på videresendt melding | begynnelse på videresendt melding
    sv  vidarebefordrat brev | början på vidarebefordrat meddelande
    fr  début du message réexpédié | début du message transféré
    es  inicio del mensaje reenviado
    ca  inici del missatge reenviat
    it  inizio messaggio inoltrato
    pt  início da mensagem reencaminhada | início da mensagem encaminhada
    ro  începutul mesajului redirecționat | început mesaj redirecționat
    pl  początek przekazywanej wiadomości | początek przekazanej wiadomości
    cs  začátek přeposílané zprávy | začátek přeposlané zprávy
    sk  začiatok preposlanej správy
    hr  započni proslijeđenu poruku
    ru  начало переадресованного сообщения | начало пересылаемого сообщения
    uk  початок листа, що пересилається | початок переадресованого повідомлення
    fi  välitetty viesti alkaa | alku edelleenlähetetylle viestille
    hu  továbbított levél kezdete | a továbbított levél kezdete
    tr  iletilmiş mesajın başlangıcı
    el  αρχή προωθημένου μηνύματος | αρχή προωθημένου μηνύματος ηλεκτρονικού ταχυδρομείου
    vi  bắt đầu thư đã chuyển tiếp | bắt đầu thư được chuyển tiếp
    id  mulai pesan diteruskan
    he  תחילת ההודעה שהועברה
    ar  بداية الرسالة المعاد توجيهها | بدء الرسالة المعاد توجيهها
    ja  転送されたメッセージ
    zh  下面是被转发的邮件 | 以下是轉寄的郵件 | 开始转发的邮件 | 轉寄的郵件
    ko  전달된 메시지 시작
";

/// How a line begins that a program writes above what is quoted.
pub(in crate::mail::reply) const PROCESSED: &str = "
    en  original message processed by
";

/// By which a help desk asks to leave alone what follows.
pub(in crate::mail::reply) const REPLY_ABOVE: &str = "
    en  reply above this line | please reply above this line | write above this line | type your reply above this line | please type your reply above this line | please write above this line | enter your reply above this line | add your reply above this line | respond above this line | reply above | please do not write below this line | please do not type below this line | do not write below this line | do not type below this line | do not edit below this line | please do not delete this line | type reply above this line | write your reply above this line | reply above this line to add a comment
    de  bitte antworten sie oberhalb dieser linie | bitte antworten sie über dieser linie | antworten sie oberhalb dieser linie | bitte oberhalb dieser linie antworten | antwort oberhalb dieser linie | bitte geben sie ihre antwort oberhalb dieser zeile ein | bitte schreiben sie ihre antwort über diese zeile | bitte über dieser zeile antworten
    nl  typ uw antwoord boven deze regel | antwoord boven deze regel | reageer boven deze lijn | gelieve boven deze lijn te antwoorden
    da  svar over denne linje | skriv dit svar over denne linje | skriv venligst dit svar over denne linje
    nb  svar over denne linjen | skriv svaret ditt over denne linjen
    sv  svara ovanför denna rad | skriv ditt svar ovanför denna rad | skriv ditt svar ovanför den här raden
    fr  répondez au-dessus de cette ligne | répondre au-dessus de cette ligne | veuillez répondre au-dessus de cette ligne | veuillez saisir une réponse au-dessus de cette ligne
    es  responda por encima de esta línea | responder por encima de esta línea | escriba su respuesta por encima de esta línea | por favor, escriba su respuesta por encima de esta línea
    it  rispondi sopra questa riga | scrivi la tua risposta sopra questa riga | si prega di rispondere sopra questa riga
    pt  responda acima desta linha | escreva sua resposta acima desta linha | digite sua resposta acima desta linha
    ro  răspundeți deasupra acestei linii
    pl  odpowiedz powyżej tej linii | prosimy o odpowiedź powyżej tej linii | wpisz odpowiedź powyżej tej linii
    cs  odpovězte nad tímto řádkem | svou odpověď napište nad tento řádek
    hu  kérjük, e sor fölé írja válaszát | válaszoljon e sor felett
    ru  пожалуйста, введите ответ выше этой строки | ответьте выше этой строки | напишите ответ выше этой линии
    uk  введіть відповідь вище цього рядка
    fi  vastaa tämän rivin yläpuolelle | kirjoita vastauksesi tämän rivin yläpuolelle
    tr  lütfen yanıtınızı bu satırın üstüne yazın | bu satırın üzerine yanıt yazın
    ja  この行より上に返信してください | この行の上に返信を入力してください
    zh  请在此行上方回复 | 請在此行上方回覆 | 请在这行上方输入您的回复
    ko  이 줄 위에 답장을 입력하십시오 | 이 줄 위에 회신하십시오
";
