//! Imported hashes: each vector comes from another program (OpenSSL, Python's hashlib, libxcrypt, the
//! reference implementation of Argon2).

use super::*;
use crate::platform::settings::PasswordHashCost;

const HELLO: &str = "Hello world!";
const OF_OTHERS: [(&str, &str); 14] = [
    ("password", "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA"),
    ("password", "$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ"),
    ("password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"),
    ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
    (HELLO, "$2b$05$CCCCCCCCCCCCCCCCCCCCC.z6PrHbuSsMSSwIGFy1JGevQZf6CqJ1y"),
    (HELLO, "$2y$05$CCCCCCCCCCCCCCCCCCCCC.z6PrHbuSsMSSwIGFy1JGevQZf6CqJ1y"),
    (HELLO, "pbkdf2_sha256$1000$seasalt$Ef3RYVahgD/fiuZm7bxL8BcLo5iWEoR4WjUZyeOSdgg="),
    (HELLO, "pbkdf2_sha1$1000$seasalt$ro5zH0ZKBrtgZ6gCvh7g4js7E+E="),
    (HELLO, "$pbkdf2-sha256$i=1000,l=32$AAECAwQFBgcICQoLDA0ODw$+uTAqH0xcEwvYzg0Uqtb5+Z9YfdYDxmygFLWtavwV18"),
    (
        HELLO,
        "$pbkdf2-sha512$1000$AAECAwQFBgcICQoLDA0ODw$twUObxyd7Bv..TQ/FYzsiTupsfbsFzq/egNp4xrJMrEFEOD16o5wHWLu21y3zP3ecGTGoqe5B8kX2YDwbalK8g",
    ),
    (HELLO, "$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$0NJXcOkc8ABaubfUXvX4CNziDerCwZgz+mhTbKXWi3E"),
    (
        HELLO,
        "scrypt$1024$seasalt$8$5$yV0tc2E75izEBtsxw46FKV2tmhGnMLgLJU8Y39sLstRKOmyWOk1eSUq5ku9XvmWQUGnOoEeJ8havU8ynN10m5Q==",
    ),
    (HELLO, "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"),
    (
        HELLO,
        "$6$rounds=1500$roundy$oUvYsVf6.0/uqS3KaGdqVVmUU02..C5iK4A91MgZCFaV3REs1K1G8Bj27ShnWK9SEphH./Tcu3eMOkp2yZID1/",
    ),
];

/// The same password as other systems export it. Made by Django's hashers, passlib, bcrypt, Werkzeug and Python's hashlib, hmac and
/// cryptography; the first of Firebase by Firebase's own tool.
const OF_OTHER_SYSTEMS: [&str; 29] = [
    "bcrypt$$2b$04$abcdefghijklmnopqrstuuyeG8laUfZvsCmc.AE6qIDYSPGM2efmK",
    "bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuujHVoeP9WaZckmPP2WP6Es0I/deC9yYa",
    "AAABAgMEBQYHCAkKCwwNDg89DYB6o14xztq6m6g0mazy5qfMYefgkxpYZY8BFfBNsA==",
    "AQAAAAAAACcQAAAAEAABAgMEBQYHCAkKCwwNDg91tuS2mgObW5IDMk/o6fWZKfR2RGkAYAUivgRT13Su5w==",
    "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg/RWX27a1NXl7AqhWR24vmxPIMpV+rxgg+aDGjVx8E/zw==",
    "AQAAAAIAACcQAAAAEAABAgMEBQYHCAkKCwwNDg8Sss5K3gqrmSLW+8P+rM0Eb1sYYgshHdmzX3r36ye8JQ==",
    "$P$6saltsaltDQSzq73pbW3AXTRB8QF890",
    "$wp$2y$04$abcdefghijklmnopqrstuumaG1ZehaD7G1eGA5olf6fR2ke8PQKWO",
    "$firescrypt$ln=8,r=8,p=1$42xEC+ixf3L2lw==$6DrRdVChgBQgH1Q5BuMI+cFAnfn5Gk2lxK4KYsVX3+Npcpw7OhSa0pM4PITtozgXsZmyxaFw1SkDIpdIu+EH3Q==$Bw==$jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
    "{SSHA}F2cCVmfPUcdtj3Oyt0HXHvkF8DoxMjM0NTY3OA==",
    "{ssha256}+6n1tT9IK5fD+T7UijAhqmrk+Bt68AiYwvkI3JfFfFgxMjM0NTY3OA==",
    "{SSHA512.b64}n4jRdhZ5KRyy/XWe+BlaoXj6OYL0n/wzZAHKu06tt5gSjPInXB8s9MOPA0fgMqM7LxNm5wskG+XVxFoHdJ+sMDEyMzQ1Njc4",
    "{SSHA256.HEX}fba9f5b53f482b97c3f93ed48a3021aa6ae4f81b7af00898c2f908dc97c57c583132333435363738",
    "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
    "{SHA256-CRYPT}$5$rounds=1500$roundy$a3enUVH404X/eCQz5e2jkTjyhtA1g0TVkGx5HTz3cv3",
    "{CRYPT}$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
    "{BLF-CRYPT}$2y$05$CCCCCCCCCCCCCCCCCCCCC.z6PrHbuSsMSSwIGFy1JGevQZf6CqJ1y",
    "{PBKDF2-SHA256}1000$AAECAwQFBgcICQoLDA0ODw$.uTAqH0xcEwvYzg0Uqtb5.Z9YfdYDxmygFLWtavwV18",
    "{PBKDF2}$1$saltsalt$1000$dc700c60b4852f17a29f157fdad8467edc826e21",
    "$scrypt$ln=1024,r=8,p=1$AAECAwQFBgcICQoLDA0ODw==$0NJXcOkc8ABaubfUXvX4CNziDerCwZgz+mhTbKXWi3E=",
    "$pbkdf2-sha256$i=1000,l=32$AAECAwQFBgcICQoLDA0ODw$+uTAqH0xcEwvYzg0Uqtb5+Z9YfdYDxmygFLWtavwV18",
    "{PBKDF2_SHA256}AAAIAAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8tjKdCDxJjLPRxjnXkXBPejZ5MRL/si7lOa9gY8Betdan54oiy8MUd6t2LcRNfwAZqsDvhQcN44GnGuIL6NJoWQuRDDRif+6I/YKYdN8YryxQvOrD2z/cijTcdRx+eTL2L3sVjiw6qC9T1BauiH+2L3jMFv0A+5ApDC4m48nHDLiAUnkGL6wiQLk8Qj0y5tpmc6lL/Z3JPWOUzooN49zek1ThoiWLec0YH/t62/Kg9ZeHfCbNUUYpd9pNlGsW3Tg75OEwIYod1lejbUb6HHh5rmzEo9pcK4QCxySVC5C2OW83DRPjefivQuf0jDQ0o+pPxKKiMfG7r30bwxphC847g",
    "{PKCS5S2}MDEyMzQ1Njc4OWFiY2RlZhCVWvYOpR69MAA9YDjFM/ugr2cAwn+PyxApq3xEMfJt",
    "{SSHA384}L7GsJ9twzx6BGa2t2pU3lHps13V+R+La2xw2JdLQTK21nN1pRd2GHSECXvbzOTCzMTIzNDU2Nzg=",
    "e1NTSEF9RjJjQ1ZtZlBVY2R0ajNPeXQwSFhIdmtGOERveE1qTTBOVFkzT0E9PQ==",
    "pbkdf2:sha256:1000$VAh9wjwa$45c619c9293dc9bd118ab6096e0b3bc347b5ddedc99d462fc09293726a230514",
    "scrypt:1024:8:1$wms6kYXS$db5def64774b59e38aed84c7650e7970db9e586d743bc912f959115dc3549c8ea143f4340f9b5169b1717adcfbd1f1dc99972c85248e29daa11a4946026f3df7",
    "pbkdf2:sha1:1000$5qLwjx7A$7a320b4e3f42980d18b1e785a618a0854fa35c8e",
    "{bcrypt}$2b$05$CCCCCCCCCCCCCCCCCCCCC.z6PrHbuSsMSSwIGFy1JGevQZf6CqJ1y",
];

#[tokio::test]
async fn hashes_of_other_systems_are_known_by_their_prefix_and_open_to_their_password_alone() {
    let pool = pool();
    for hash in OF_OTHER_SYSTEMS {
        let kept = imported(hash).unwrap_or_else(|error| panic!("{hash}: {error}"));
        assert_eq!(imported(&kept).as_ref(), Ok(&kept), "{hash}: kept as {kept}");
        assert!(foreign_scheme(&kept).is_some(), "{hash}: strangers are compared alike");
        for text in [hash, &kept] {
            let compare = |secret: &str| pool.compare(Secret::new(secret.to_owned()), Some(text));
            assert_eq!(compare(HELLO).await, Ok(Comparison::SameButCheap), "{text}");
            assert_eq!(compare("Hello world?").await, Ok(Comparison::Different), "{text}");
        }
    }
    // The example of Firebase's own tool, whose signer key does not stay.
    let firebase = "$firescrypt$ln=14,r=8,p=1$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==$Bw==$jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";
    let kept = imported(firebase).unwrap();
    assert!(!kept.contains("jxspr8Ki0RYycVU8"), "{kept}");
    let same = pool.compare(Secret::new("user1password".to_owned()), Some(&kept)).await;
    assert_eq!(same, Ok(Comparison::SameButCheap));
}

#[tokio::test]
async fn a_password_of_wordpress_counts_without_spaces_around_it_and_one_of_django_beyond_72_bytes() {
    let pool = pool();
    let same = pool.compare(Secret::new(" Hello world!\n".to_owned()), Some(OF_OTHER_SYSTEMS[7])).await;
    assert_eq!(same, Ok(Comparison::SameButCheap));
    // Django's hasher, of 80 letters: the last one counts, and it may be made anew.
    let hash = "bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuuVTgWIlfVafOdCoNj73.S3YIYkZL7g7S";
    let (right, wrong) = ("x".repeat(80), format!("{}y", "x".repeat(79)));
    assert_eq!(pool.compare(Secret::new(right), Some(hash)).await, Ok(Comparison::SameButCheap));
    assert_eq!(pool.compare(Secret::new(wrong), Some(hash)).await, Ok(Comparison::Different));
}

#[tokio::test]
async fn passwords_exported_by_fusionauth_are_accepted() {
    let salt = "AAECAwQFBgcICQoLDA0ODw==";
    for (scheme, factor, salt, hash) in [
        ("salted-pbkdf2-hmac-sha256", 24000, salt, "tnZiTGZxiYY/KkYBG/C9h5kdEzWwjk5QCF629DGu57k="),
        ("bcrypt", 4, "abcdefghijklmnopqrstuu", "yeG8laUfZvsCmc.AE6qIDYSPGM2efmK"),
    ] {
        let kept = imported_of_fusionauth(scheme, factor, salt, hash).unwrap();
        let same = pool().compare(Secret::new(HELLO.to_owned()), Some(&kept)).await;
        assert_eq!(same, Ok(Comparison::SameButCheap), "{scheme}");
    }
    assert_eq!(imported_of_fusionauth("salted-md5", 1, salt, salt), Err(NotAHash::TooWeak));
    assert_eq!(imported_of_fusionauth("their own", 1, salt, salt), Err(NotAHash::Unknown));
}

#[test]
fn hashes_that_are_not_worth_keeping_are_refused_by_name() {
    for weak in [
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "md5$salt$hash",
        "sha1$salt$hash",
        "$1$salt$hash",
        "$apr1$salt$hash",
        "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
        "{MD5}X03MO1qnZdYdgyfeuILPmQ==",
        "{PLAIN}password",
        "{noop}password",
        "{CRYPT}abJnggxhB/yWI",
        "{CRAM-MD5}9f3a",
        "{NT}8846f7eaee8fb117ad06bdd830b7586c",
    ] {
        assert_eq!(imported(weak), Err(NotAHash::TooWeak), "{weak}");
    }
    for none in ["!", "!aQzX", "*", "*LK*", "!$6$saltstring$short", "{CRYPT}!", "{CRYPT}*", "{CRYPT}x", "{SASL}a@K"] {
        assert_eq!(imported(none), Err(NotAHash::NoPassword), "{none}");
    }
    for damaged in ["{SSHA}F2cC", "$P$6short", "$firescrypt$ln=8,r=8,p=1$AAAA$AAAA$AAAA$AAAA", "{PBKDF2-SHA256}x$y$z"] {
        assert_eq!(imported(damaged), Err(NotAHash::Malformed), "{damaged}");
    }
}

fn pool() -> HashPool {
    HashPool::start(PasswordHashCost { memory: 64, passes: 1 }, Random::new()).unwrap()
}

/// Made by Python's `crypt.crypt`, by way of libxcrypt.
#[tokio::test]
async fn a_bcrypt_hash_of_a_long_password_is_never_made_anew_from_what_was_typed() {
    const BEGIN: &str = "a passphrase that goes on for longer than the seventy-two bytes that bcr";
    const HASH: &str = "$2b$04$abcdefghijklmnopqrstuuBP3/aETuc5/MsnJ6uuwHwzSiW5Z2Gd2";
    let pool = pool();
    for end in ["", "ypt reads, 1987", "ypt reads, 1978"] {
        let typed = Secret::new(format!("{BEGIN}{end}"));
        assert_eq!(pool.compare(typed, Some(HASH)).await, Ok(Comparison::Same), "{end}");
    }
    let shorter = Secret::new(BEGIN[..71].to_owned());
    assert_eq!(pool.compare(shorter, Some(HASH)).await, Ok(Comparison::Different));
}

#[tokio::test]
async fn hashes_of_other_programs_open_to_their_password_alone_and_are_to_be_made_anew() {
    let pool = pool();
    for (password, hash) in OF_OTHERS {
        let kept = imported(hash).unwrap_or_else(|error| panic!("{hash}: {error}"));
        for text in [hash, &kept] {
            let compare = |secret: &str| pool.compare(Secret::new(secret.to_owned()), Some(text));
            assert_eq!(compare(password).await, Ok(Comparison::SameButCheap), "{text}");
            assert_eq!(compare("Hello world?").await, Ok(Comparison::Different), "{text}");
        }
    }
}

#[tokio::test]
async fn passwords_exported_by_keycloak_are_accepted() {
    let credential = r#"{"hashIterations":27500,"algorithm":"pbkdf2-sha256","additionalParameters":{}}"#;
    let secret = r#"{"value":"itq6ihuNSVp0cI8k5QX8q+9mMckegfi+TPeRtfqNHcjfzC3BHuup3mwEqasDWjDwftLGclhFv2kYElYHiWGjiw==","salt":"AAECAwQFBgcICQoLDA0ODw==","additionalParameters":{}}"#;
    let kept = imported_of_keycloak(credential, secret).unwrap();
    let same = pool().compare(Secret::new(HELLO.to_owned()), Some(&kept)).await;
    assert_eq!(same, Ok(Comparison::SameButCheap));
    // Of an extension that hashes by bcrypt.
    let credential = r#"{"hashIterations":5,"algorithm":"bcrypt","additionalParameters":{}}"#;
    let secret = r#"{"value":"$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW","salt":""}"#;
    let kept = imported_of_keycloak(credential, secret).unwrap();
    assert_eq!(pool().compare(Secret::new("U*U".to_owned()), Some(&kept)).await, Ok(Comparison::SameButCheap));
    // The vector of the reference implementation, as Keycloak writes it.
    let credential = r#"{"hashIterations":2,"algorithm":"argon2","additionalParameters":{"hashLength":["32"],"memory":["65536"],"type":["id"],"version":["1.3"],"parallelism":["1"]}}"#;
    let secret = r#"{"value":"CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc=","salt":"c29tZXNhbHQ="}"#;
    let kept = imported_of_keycloak(credential, secret).unwrap();
    assert_eq!(kept, OF_OTHERS[2].1);
}

#[test]
fn too_expensive_hashes_are_refused_by_name() {
    let hash = "AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8";
    let bcrypt = "CCCCCCCCCCCCCCCCCCCCC.z6PrHbuSsMSSwIGFy1JGevQZf6CqJ1y";
    for dear in [
        format!("$argon2id$v=19$m=4194304,t=1,p=1$AAECAwQFBgcICQoLDA0ODw${hash}"),
        format!("$argon2id$v=19$m=65536,t=4294967295,p=1$AAECAwQFBgcICQoLDA0ODw${hash}"),
        format!("$argon2id$v=19$m=65536,t=1,p=1000$AAECAwQFBgcICQoLDA0ODw${hash}"),
        format!("$scrypt$ln=31,r=8,p=1$AAECAwQFBgcICQoLDA0ODw${hash}"),
        format!("$scrypt$ln=14,r=8,p=64$AAECAwQFBgcICQoLDA0ODw${hash}"),
        format!("$pbkdf2-sha512$i=4000000000$AAECAwQFBgcICQoLDA0ODw${hash}"),
        format!("pbkdf2_sha256$9999999$seasalt${hash}"),
        format!("$2b$31${bcrypt}"),
        format!("$2b$03${bcrypt}"),
        OF_OTHERS[13].1.replace("1500", "999999999"),
    ] {
        assert_eq!(imported(&dear), Err(NotAHash::TooDear), "{dear}");
    }
    // The defaults of libraries are taken.
    for usual in [
        format!("$argon2id$v=19$m=65536,t=4,p=1$AAECAwQFBgcICQoLDA0ODw${hash}"),
        format!("$scrypt$ln=17,r=8,p=1$AAECAwQFBgcICQoLDA0ODw${hash}"),
        format!("pbkdf2_sha256$1200000$seasalt${hash}"),
        format!("$2b$12${bcrypt}"),
    ] {
        assert!(imported(&usual).is_ok(), "{usual}");
    }
}

#[test]
fn damaged_and_unknown_hashes_are_refused_by_name() {
    for unknown in ["", "x", "$9$salt$hash", "{WONDER}aaaa", "argon2"] {
        assert_eq!(imported(unknown), Err(NotAHash::Unknown), "{unknown}");
    }
    for damaged in [
        "$argon2id$v=19$m=64,m=64,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
        // So short a hash would open to many passwords.
        "$pbkdf2-sha256$i=1000$AAECAwQFBgcICQoLDA0ODw$AAAA",
        "$2b$05$CCCCCCCCCCCCCCCCCCCCC.z6PrHbuSsMSSwIGFy1JGevQZf6CqJ",
        "$6$saltstring$short",
    ] {
        assert_eq!(imported(damaged), Err(NotAHash::Malformed), "{damaged}");
    }
}
