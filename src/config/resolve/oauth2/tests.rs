//! Tables of keys: what they mean, and what is wrong with them.

use std::path::Path;

use crate::config::{Config, Credential, Desk, Flow, OAuth2};

const PLAIN: &str = "host = \"localhost\"\ntls = \"plaintext\"\nuser = \"a@b.example\"\n";
const MICROSOFT: &str = "provider = \"microsoft\"\ntenant = \"t\"\nclient_id = \"app\"\n";
const SECRET: &str = "client_secret_file = \"secret\"\n";
const CUSTOM: &str = "provider = \"custom\"\nclient_id = \"app\"\n\
                      token_url = \"https://login.example/token\"\nscopes = [\"mail\"]\n";

fn parse(imap: &str, smtp: &str) -> Result<Desk, String> {
    let text = format!(
        "instance = \"desk.example\"\nstate_dir = \"/state\"\n[[desk]]\nname = \"a.b/c\"\n\
         address = \"a@b.example\"\nticket_prefix = \"EX\"\ndefault_level = \"x\"\n\
         sender_proof = \"off\"\n[desk.imap]\n{PLAIN}{imap}\n[desk.smtp]\n{PLAIN}{smtp}\n\
         [level.x]\ntitle = \"X\"\n"
    );
    let config = Config::parse(&text, Path::new("/etc/tidings.toml"));
    config.map(|mut config| config.desks.remove(0)).map_err(|error| error.to_string())
}

fn table(server: &str, keys: &str) -> String {
    format!("[desk.{server}.oauth2]\n{keys}")
}

fn both(imap: &str, smtp: &str) -> Result<(OAuth2, OAuth2), String> {
    let desk = parse(&table("imap", imap), &table("smtp", smtp))?;
    let Credential::OAuth2(imap) = desk.imap.credential else { panic!() };
    let Some((_, Credential::OAuth2(smtp))) = desk.smtp.login else { panic!() };
    Ok((*imap, *smtp))
}

fn scopes(oauth2: &OAuth2) -> String {
    oauth2.client.scopes.iter().map(|scope| &**scope).collect::<Vec<_>>().join(" ")
}

#[test]
fn std_95_the_keys_that_are_written_say_which_flow() {
    let microsoft = "https://login.microsoftonline.com/t/oauth2/v2.0/token";
    let own = format!("{MICROSOFT}{SECRET}");
    check(&own, ["client", microsoft, "https://outlook.office365.com/.default"]);
    let delegated = "https://outlook.office.com/IMAP.AccessAsUser.All \
                     https://outlook.office.com/SMTP.Send offline_access";
    check(MICROSOFT, ["device", microsoft, delegated]);
    let google = ["account", "https://oauth2.googleapis.com/token", "https://mail.google.com/"];
    check("provider = \"google\"\nkey_file = \"key.json\"\n", google);
    let login = "https://login.example/token";
    check(&format!("{CUSTOM}{SECRET}"), ["client", login, "mail"]);
    let device = "device_url = \"http://127.0.0.1:1/device\"\n";
    check(&format!("{CUSTOM}{device}"), ["device", login, "mail"]);
    check(&format!("{CUSTOM}{device}{SECRET}"), ["device", login, "mail"]);
    let account = CUSTOM.replace("client_id = \"app\"", "key_file = \"key.json\"");
    check(&account, ["account", login, "mail"]);

    #[track_caller]
    fn check(keys: &str, expected: [&str; 3]) {
        let (oauth2, _) = both(keys, "").unwrap();
        let kind = match oauth2.flow {
            Flow::ClientCredentials { .. } => "client",
            Flow::DeviceCode { .. } => "device",
            Flow::ServiceAccount { .. } => "account",
        };
        assert_eq!([kind, oauth2.client.token_url.as_str(), &scopes(&oauth2)], expected);
    }
}

#[test]
fn std_96_the_same_way_for_the_same_user_is_one_login() {
    let (imap, smtp) = both(MICROSOFT, MICROSOFT).unwrap();
    assert_eq!(imap, smtp);
    let Flow::DeviceCode { device_url, token_file, .. } = &imap.flow else { panic!() };
    assert_eq!(token_file, Path::new("/state/token.a%2Eb%2Fc.imap"));
    assert!(device_url.as_str().ends_with("/t/oauth2/v2.0/devicecode"));
    assert_eq!(both(MICROSOFT, "").unwrap(), (imap, smtp));

    let (_, other) = both(MICROSOFT, &MICROSOFT.replace("app", "other")).unwrap();
    let Flow::DeviceCode { token_file, .. } = &other.flow else { panic!() };
    assert_eq!(token_file, Path::new("/state/token.a%2Eb%2Fc.smtp"));
    assert_eq!(scopes(&other), "https://outlook.office.com/SMTP.Send offline_access");
}

#[test]
fn what_is_wrong_with_a_table_is_said_with_its_key() {
    check("client_id = \"x\"", "provider: must be");
    check("provider = \"other\"", "provider: must be");
    check("provider = \"microsoft\"\nclient_id = \"x\"", "tenant: must be");
    check(&MICROSOFT.replace("\"t\"", "\"a/../b\""), "tenant: must be");
    check("provider = \"microsoft\"\ntenant = \"t\"", "client_id: must be set");
    check(&format!("{MICROSOFT}key_file = \"k\""), "key_file: is for Google");
    check(&format!("{MICROSOFT}scopes = []"), "scopes: is for provider = \"custom\"");
    check(&format!("{MICROSOFT}token_url = \"https://x/\""), "token_url: is for");
    check(&format!("{MICROSOFT}{SECRET}client_secret_credential = \"x\""), "one place");
    check(&format!("{MICROSOFT}client_secret_expires = \"2027-01-31\""), "only with a client");
    check(&format!("{MICROSOFT}{SECRET}client_secret_expires = \"soon\""), "must be a day");
    check("provider = \"google\"", "key_file: provider = \"google\" needs it");
    check("provider = \"google\"\nkey_file = \"k\"\nclient_id = \"x\"", "client_id: not beside");
    check("provider = \"google\"\nkey_file = \"k\"\ntenant = \"t\"", "tenant: is for");
    check(&format!("{CUSTOM}tenant = \"t\""), "tenant: is for");
    check(CUSTOM, "client_secret_file: it, ");
    check(&format!("{CUSTOM}{SECRET}key_file = \"k\""), "not beside key_file");
    check(&CUSTOM.replace("https", "http"), "token_url: must begin with https://");
    check(&CUSTOM.replace("[\"mail\"]", "[\"a b\"]"), "scopes: must be words");
    check(&CUSTOM.replace("scopes = [\"mail\"]", SECRET), "scopes: provider = \"custom\" needs");
    check(&format!("{MICROSOFT}canary = 1"), "canary");

    #[track_caller]
    fn check(keys: &str, said: &str) {
        let error = both(keys, "").unwrap_err();
        assert!(error.contains(said) && error.contains("desk[0].imap.oauth2"), "{error}");
    }
}

#[test]
fn there_is_exactly_one_way_to_log_in() {
    let oauth2 = table("imap", MICROSOFT);
    check(&format!("password_file = \"p\"\n{oauth2}"), "", "imap.oauth2: not beside a password");
    check("", "password_file = \"p\"", "imap.password_file: it, password_credential or [desk.imap");
    check(&oauth2, "", "smtp.password_file: user needs it, password_credential or [desk.smtp");
    let smtp = format!("password_file = \"p\"\n{}", table("smtp", ""));
    check(&oauth2, &smtp, "smtp.oauth2: not beside a password");
    // An empty table is as for IMAP, where that has one.
    check("password_file = \"p\"", &table("smtp", ""), "smtp.oauth2.provider: must be");

    #[track_caller]
    fn check(imap: &str, smtp: &str, said: &str) {
        let error = parse(imap, smtp).unwrap_err();
        assert!(error.contains(said), "{error}");
    }
}
