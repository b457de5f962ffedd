//! What programs and companies write below a message: `Sent from my …`, disclaimers.

/// What phones and mail programs add. `*` stands for a few words.
pub(in crate::mail::reply) const SENT_FROM: &str = "
    en  sent from my * | sent via my * | sent from mobile | sent from a mobile * | sent from mobile device | sent from mobile phone | sent from phone | sent from a phone | sent from outlook * | sent from outlook | sent from mail for * | sent from windows mail | sent from yahoo mail * | sent from yahoo mail | sent from proton * | sent from protonmail * | sent from samsung * | sent from blackberry * | sent from galaxy * | sent from android * | sent from iphone | sent from ipad | sent from gmail * | sent from aol * | sent from nine * | sent from spark * | sent from hey * | sent from fastmail * | sent from k-9 mail * | sent from xperia * | sent from huawei * | sent from surface * | sent from edison * | sent from email.bg | sent with * mail | sent with proton * | sent with airmail | sent with mailbird | sent with spark | sent with k-9 mail | sent with superhuman | sent with aqua mail * | sent with ninja * | sent with bluemail * | sent by galaxy | sent via superhuman * | sent via bluemail * | sent via the samsung * | sent using *mail | sent while mobile | get outlook for * | get typeapp for * | get bluemail for * | get spark for * | from my iphone * | from my ipad | from my phone | from my mobile * | from my android * | from my samsung * | from my blackberry *
    de  von meinem * gesendet | von meiner * gesendet | von meinem iphone | von unterwegs gesendet | diese nachricht wurde von meinem * gesendet | diese nachricht wurde von * gesendet | gesendet von meinem * | gesendet von mail für * | gesendet von outlook * | gesendet von iphone | gesendet von unterwegs | gesendet mit * mail | gesendet mit der * app | gesendet aus * mail | gesendet von yahoo mail * | gesendet von samsung * | holen sie sich outlook für * | outlook für * herunterladen | outlook für * beziehen | gesendet mit proton * | gesendet über * mail app | gesendet mit der mobilen * app | outlook für * abrufen
    nl  verzonden vanaf mijn * | verstuurd vanaf mijn * | verzonden met mijn * | verzonden vanuit * | verstuurd via mijn * | verzonden vanaf outlook * | verzonden via * mail | verstuurd met * | outlook voor * downloaden | outlook voor * ophalen | outlook voor * | download outlook voor * | verzonden vanaf samsung *
    da  sendt fra min * | sendt fra mit * | sendt fra outlook * | sendt fra mail * | sendt fra yahoo mail * | sendt fra iphone | sendt fra ipad | hent outlook til * | sendt via *mail* | få outlook til *
    nb  sendt fra min * | sendt fra mitt * | skaff deg outlook for * | få outlook for * | last ned outlook for *
    sv  skickat från min * | skickat från mitt * | skickat från outlook * | skickat från e-post för * | skickat från epost för * | från min iphone | från min ipad | skaffa outlook för * | hämta outlook för * | skickades från * | sänt från min *
    is  sent úr * | fáðu outlook fyrir *
    fr  envoyé de mon * | envoyé depuis mon * | envoyé depuis ma * | envoyé à partir de mon * | envoyé à partir de * | envoyé de ma * | envoyé depuis * | envoyé avec * | envoyé de l'* | télécharger outlook pour * | obtenir outlook pour * | obtenez outlook pour * | provenance : courrier pour * | téléchargez outlook pour *
    es  enviado desde mi * | enviado desde el * | enviado desde outlook * | enviado desde correo para * | enviado desde yahoo mail * | enviado de mi * | enviado desde * | obtener outlook para * | descargar outlook para * | obtén outlook para * | consigue outlook para *
    ca  enviat des del meu * | enviat des de * | obtén l'outlook per a *
    gl  enviado desde o meu *
    it  inviato da mio * | inviato dal mio * | inviato da * | inviato tramite *mail* | inviato con *mail* | ottieni outlook per * | scarica outlook per *
    pt  enviado do meu * | enviado de meu * | enviado a partir do meu * | enviada do meu * | enviado via iphone | enviado via ipad | enviado via *mail* | enviado via *android* | enviado pelo meu * | enviado do * | obter o outlook para * | obtenha o outlook para * | baixar o outlook para * | enviado desde o meu *
    ro  trimis de pe * | trimis de la * | obțineți outlook pentru * | descărcați outlook pentru *
    pl  wysłano z * | wysłane z * | wyslano z * | pobierz outlooka dla * | pobierz program outlook dla * | pobierz aplikację outlook dla * | wysłane za pomocą *
    cs  odesláno z mého * | odesláno z * | posláno z * | stáhnout outlook pro * | získejte outlook pro * | odesláno pomocí *
    sk  odoslané z môjho * | odoslané z * | stiahnuť outlook pre * | získajte outlook pre *
    sl  poslano iz * | pridobite outlook za *
    hr  poslano s mog * | poslano s * | preuzmite outlook za * | nabavite outlook za *
    sr  послато са * | poslato sa *
    bg  изпратено от моя * | изпратено от * | вземете outlook за *
    ru  отправлено с * | отправлено из * | отправлено через *почт* | послано с * | скачать outlook для * | получить outlook для * | скачайте outlook для *
    uk  надіслано з * | відправлено з * | надіслано через * | отримати outlook для * | завантажити outlook для *
    fi  lähetetty *sta | lähetetty *stä | lähetetty *lta | hanki outlook * | lataa outlook *
    et  saadetud minu * | hankige outlook *
    lv  nosūtīts no mana * | nosūtīts no *
    lt  išsiųsta iš mano * | išsiųsta iš * | gauti „outlook“, skirta *
    hu  iphone-omról küldve | ipad-emről küldve | * készülékemről küldve | * telefonomról küldve | elküldve az * | elküldve a * | küldve az * | küldve a * | az outlook beszerzése * | az * készülékről küldve
    tr  iphone'umdan gönderildi | ipad'imden gönderildi | * cihazımdan gönderildi | * telefonumdan gönderildi | * uygulamasını edinin | * için outlook'u edinin
    el  στάλθηκε από το * | στάλθηκε από * | εστάλη από * | αποκτήστε το outlook για *
    vi  đã gửi từ * | được gửi từ * | gửi từ * | tải outlook cho *
    id  dikirim dari * | terkirim dari * | dapatkan outlook untuk *
    ms  dihantar dari *
    he  נשלח מה* | נשלח מ* | נשלח מ-* | קבל את outlook *
    ar  أرسلت من * | أُرسلت من * | مرسل من * | تم الإرسال من * | الحصول على outlook * | احصل على outlook *
    fa  ارسال شده از *
    th  ส่งจาก*ของฉัน | ส่งจาก*
    ja  *から送信 | *から送信されました | *より送信 | * 版 outlook を入手 | outlook for * を入手する | outlook for * を入手
    zh  从我的*发送 | 從我的*傳送 | 发自我的* | 發自我的* | 从我的*发送 | 我的*发送 | 来自我的* | 發送自我的* | 发自* | 获取*outlook* | 下载*outlook* | 取得*outlook* | 發自* | 發送自* | 寄自我的*
    ko  나의 *에서 보냄 | 내 *에서 보냄 | *에서 보냄 | 나의 *에서 발송 | *용 outlook 다운로드 | *용 outlook 받기
";

/// Words with which the writer asks for patience, behind the line of his phone.
pub(in crate::mail::reply) const EXCUSES: &str = "
    en  excuse | typo | brevity | forgive | autocorrect
    de  tippfehler | entschuldigen | kürze
    fr  fautes de frappe | excuser
    nl  typefouten
    es  disculpe | brevedad
";

/// Phrases of disclaimers; two of them make one.
pub(in crate::mail::reply) const DISCLAIMER: &str = "
    en  confidential | intended recipient | intended solely | intended only | solely for the use | solely for use | for the sole use | legally privileged | privileged | unauthorized | unauthorised | strictly prohibited | is prohibited | may be unlawful | notify the sender | notify us immediately | immediately notify | contact the sender | delete the message | delete this email | delete this message | delete it from your | delete the email | delete the original | destroy all copies | received this email in error | received this message in error | received this communication in error | received it in error | received this in error | sent to you in error | any attachments | any files transmitted | any dissemination | disclosure, copying | copying, distribution | distribution or copying | dissemination, distribution | to whom it is addressed | to whom they are addressed | individual or entity | do not necessarily | necessarily represent | liability for | accept no liability | accepts no liability | no responsibility | viruses | registered in england | registered office | registered number | company number | authorised and regulated | data protection | privacy policy | privacy notice | not an offer | you are hereby notified
    de  vertraulich | rechtlich geschützt | nicht der richtige adressat | nicht der beabsichtigte | nicht der vorgesehene | irrtümlich erhalten | irrtümlich zugegangen | informieren sie bitte sofort den absender | den absender | vernichten sie diese | löschen sie diese | unerlaubte kopieren | unbefugte weitergabe | unbefugte | nicht gestattet | ausschließlich für den | bestimmt für | vorgesehenen empfänger | diese email enthält | diese nachricht enthält | geschäftsführer | handelsregister | amtsgericht | registergericht | sitz der gesellschaft | ust-id | umsatzsteuer | aufsichtsrat | vorstand | datenschutz
    fr  confidentiel | destinataire | par erreur | exclusivement à l'intention | à l'usage exclusif | toute utilisation | toute diffusion | strictement interdite | est interdite | ses pièces jointes | pièces jointes | immédiatement l'expéditeur | l'expéditeur | le détruire | décline toute responsabilité | altéré | établis à l'intention
    es  confidencial | destinatario | por error | queda prohibida | está prohibida | estrictamente prohibid | ficheros adjuntos | archivos adjuntos | sus anexos | notifíquelo | comunique inmediatamente | protección de datos | proceda a su | secreto profesional | exclusivamente a
    ca  confidencial | destinatari | per error | protecció de dades
    it  confidenziali | riservat | destinatario | destinatari | per errore | gdpr | d.lgs | regolamento ue | regolamento (ue) | è vietata | vietato | siete pregati | la preghiamo | eventuali allegati | immediatamente il mittente | il mittente | distruggere
    pt  confidencial | confidenciais | destinatário | por engano | por erro | é proibid | estritamente proibid | seus anexos | eventuais anexos | remetente | sigilo | apague-a | eliminar
    ro  confidențial | destinatar | din greșeală | este interzisă | strict interzis | expeditorul
    nl  vertrouwelijk | uitsluitend bestemd | geadresseerde | niet voor u bestemd | ten onrechte | per abuis | de afzender | te vernietigen | te verwijderen | openbaarmaking | verboden | aansprakelijk | niet toegestaan
    da  fortrolig | rettede modtager | tilsigtede modtager | ved en fejl | fejlagtigt | underrette afsender | afsender | slette | forbudt
    nb  konfidensiell | rette mottaker | tiltenkte mottaker | ved en feil | avsender | slette | taushetsbelagt
    sv  konfidentiell | avsedda mottagare | avsedd mottagare | avsedd för | av misstag | avsändaren | radera | otillåten | personuppgifter
    fi  luottamuksellinen | luottamuksellista | vastaanottaja | erehdyksessä | vahingossa | lähettäjälle | poista viesti | tarkoitettu vain
    pl  poufne | adresatem | adresata | omyłkowo | przez pomyłkę | zabronion | niezwłocznie | nadawcę | usunięcie | kapitał zakładowy | regon | rodo
    cs  důvěrn | adresát | určena výhradně | určen výhradně | omylem | odesílatele | neoprávněn | smažte | vymazat
    sk  dôvern | adresát | omylom | odosielateľa | neoprávnen
    hu  bizalmas | címzett | tévedésből | véletlenül | feladót | törölje | tilos | jogosulatlan
    hr  povjerljiv | primatelj | greškom | pošiljatelja | zabranjen
    tr  gizli | alıcı | yanlışlıkla | göndericiye | göndericisine | siliniz | yasaktır | sorumlu
    el  εμπιστευτικ | παραλήπτη | εκ παραδρομής | κατά λάθος | αποστολέα | απαγορεύεται
    ru  конфиденциальн | адресат | получателем | по ошибке | ошибочно | отправителя | запрещено | запрещается | уничтожить | вложени
    uk  конфіденційн | адресат | помилково | відправника | заборонено | знищити
    bg  поверителн | получател | по погрешка | подателя
    vi  bảo mật | người nhận | nhầm lẫn | xóa
    he  חסוי | נמען | בטעות | השולח | למחוק
    ar  سرية | المرسل إليه | عن طريق الخطأ | المرسل | حذف
    ja  機密 | 秘密情報 | 意図された受信者 | 名宛人 | 誤って受信 | 誤って | 破棄 | 削除 | 無断 | 禁止
    zh  保密 | 机密 | 機密 | 收件人 | 误收 | 誤收 | 删除 | 刪除 | 未经授权 | 未經授權 | 禁止 | 发件人 | 寄件人
    ko  기밀 | 수신인 | 수신자 | 잘못 | 삭제 | 금지 | 무단
";

/// Phrases of which one is enough.
pub(in crate::mail::reply) const FOOTER: &str = "
    en  has been scanned for viruses | was scanned for viruses | been checked for viruses | virus-free | consider the environment before printing | think before you print | think before printing | before printing this email | if you are not the intended recipient | you received this message because you are subscribed | to unsubscribe from this group | this email was sent to you because | this email has been scanned by
    de  bevor sie diese email ausdrucken | auf viren geprüft | auf viren überprüft | virenfrei | bitte denken sie an die umwelt | denken sie an die umwelt | bitte prüfen sie, ob diese email
    fr  avant d'imprimer ce | sans virus | pensez à l'environnement | garanti sans virus
    es  antes de imprimir este | libre de virus | piense en el medio ambiente
    it  prima di stampare | privo di virus | rispetta l'ambiente
    pt  antes de imprimir | livre de vírus | sem vírus
    nl  voordat u deze email print | virusvrij | denk aan het milieu
    da  tænk på miljøet
    sv  tänk på miljön | virusfritt
    pl  zanim wydrukujesz | wolne od wirusów | wolny od wirusów
    cs  neobsahuje viry | než tento email vytisknete
    ru  проверено на вирусы | вирусов нет
";

/// Headings of disclaimers.
pub(in crate::mail::reply) const DISCLAIMER_HEADING: &str = "
    en  disclaimer | confidentiality | confidentiality notice | confidential | confidential notice | privileged and confidential | legal notice | legal disclaimer | email disclaimer | notice | important notice | important | warning | caution
    de  wichtiger hinweis | hinweis | haftungsausschluss | vertraulichkeitshinweis | achtung | rechtlicher hinweis
    fr  avertissement | clause de confidentialité | avis de confidentialité | confidentialité | ce message est confidentiel
    es  aviso legal | confidencialidad | aviso de confidencialidad | advertencia | aviso | cláusula de confidencialidad
    it  avviso di riservatezza | nota di riservatezza | avvertenza | riservatezza
    pt  aviso legal | aviso de confidencialidade | confidencialidade | aviso
    nl  waarschuwing | vertrouwelijkheid | disclaimer
    da  fortrolighed | advarsel
    sv  konfidentialitet | varning
    pl  uwaga | klauzula poufności | informacja o poufności
    cs  upozornění | důvěrné
    ru  уведомление о конфиденциальности | внимание
    zh  免责声明 | 免責聲明 | 保密声明
    ja  免責事項 | ご注意
    ko  면책 조항 | 주의
";

/// How a letter ends. Above a quote that is part of what was written; below one it is a signature.
pub(in crate::mail::reply) const VALEDICTION: &str = "
    en  regards | best regards | kind regards | warm regards | best wishes | many thanks | sincerely | yours sincerely | yours faithfully | yours truly | cheers | best | thanks | thank you | thanks and regards | kindest regards | with kind regards
    de  mit freundlichen grüßen | mit freundlichen grüssen | mit freundlichem gruß | freundliche grüße | viele grüße | beste grüße | liebe grüße | mfg | gruß | grüße | schöne grüße | herzliche grüße
    nl  met vriendelijke groet | met vriendelijke groeten | vriendelijke groet | hartelijke groet | groeten | groet | mvg
    da  med venlig hilsen | venlig hilsen | hilsen | de bedste hilsner | mvh
    nb  med vennlig hilsen | vennlig hilsen
    sv  med vänliga hälsningar | med vänlig hälsning | vänliga hälsningar | hälsningar
    fi  ystävällisin terveisin | terveisin | parhain terveisin
    fr  cordialement | bien cordialement | bien à vous | sincères salutations | salutations | amicalement | meilleures salutations
    es  saludos | un saludo | saludos cordiales | atentamente | cordialmente | un cordial saludo
    it  cordiali saluti | distinti saluti | saluti | un saluto
    pt  atenciosamente | cumprimentos | com os melhores cumprimentos | melhores cumprimentos | abraços | obrigado | obrigada
    ro  cu stimă | cu respect | toate cele bune
    pl  pozdrawiam | z poważaniem | pozdrowienia | serdecznie pozdrawiam
    cs  s pozdravem | s přátelským pozdravem | s úctou
    sk  s pozdravom | s úctou
    hu  üdvözlettel | tisztelettel | köszönettel | üdv
    hr  srdačan pozdrav | s poštovanjem | lijep pozdrav | pozdrav
    tr  saygılarımla | iyi çalışmalar | selamlar
    ru  с уважением | всего доброго | спасибо
    uk  з повагою | дякую
    bg  с уважение | поздрави
    el  με εκτίμηση | φιλικά
    vi  trân trọng | thân mến
    ja  よろしくお願いいたします | よろしくお願いします | 敬具
    zh  此致 | 谢谢 | 祝好 | 順頌時祺
    ko  감사합니다 | 감사합니다.
";
