"""What the administrator writes is either understood completely or refused with a line for each fault."""

from pathlib import Path

import pytest

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.settings import Settings, load

POSTFACH = """
[[postfach]]
name = "Stadt Musterfurt"
organisation = "Stadt Musterfurt"
ort = "Musterfurt"
safe_id = "DE.Justiz.11111111-2222-3333-4444-555555555555.abcd"
endpoint = "https://intermediaer.example/osci"
intermediary_cipher_cert_file = "pki/i-cipher.pem"
intermediary_signature_cert_file = "pki/i-sign.pem"
signature_key = { file = "pki/s.p12", password_file = "pki/s.pass" }
cipher_key = { file = "pki/c.p12", password_file = "/etc/erv/c.pass" }
vhn_key = { file = "pki/v.p12", password_file = "pki/v.pass" }
"""


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ERV_DATABASE_URL", raising=False)


def written(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "etc" / "erv.toml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return load(path)


def faults(tmp_path: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(KonfigurationInvalid) as caught:
        written(tmp_path, text)
    return tuple(caught.value.angaben["faults"])


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    settings = load()
    assert settings.data_dir == tmp_path / "var"
    assert settings.postgres_dir == tmp_path / "var" / "postgres"
    assert settings.vier_augen is True
    assert settings.database.dsn() is None
    assert (settings.web.host, settings.web.port) == ("127.0.0.1", 8480)


def test_paths_are_taken_from_the_folder_of_the_file(tmp_path: Path) -> None:
    settings = written(tmp_path, 'data_dir = "data"\n' + POSTFACH)
    (postfach,) = settings.postfach
    assert settings.data_dir == tmp_path / "etc" / "data"
    assert postfach.intermediary_cipher_cert_file == tmp_path / "etc" / "pki" / "i-cipher.pem"
    assert postfach.signature_key.password_file == tmp_path / "etc" / "pki" / "s.pass"
    assert postfach.cipher_key.password_file == Path("/etc/erv/c.pass")


def test_the_default_file_and_the_named_file_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "erv-gateway.toml").write_text("vier_augen = false\n", encoding="utf-8")
    assert load().vier_augen is False
    other = tmp_path / "other.toml"
    other.write_text("[web]\nport = 1234\n", encoding="utf-8")
    monkeypatch.setenv("ERV_CONFIG", str(other))
    assert (load().vier_augen, load().web.port) == (True, 1234)


def test_the_environment_stands_above_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERV_WEB__PORT", "9000")
    monkeypatch.setenv("ERV_DATABASE_URL", "postgresql://erv@db/erv")
    monkeypatch.setenv("ERV_TSA__URLS", '["https://tsa.example/"]')
    settings = written(
        tmp_path, '[web]\nport = 1\npublic_url = "https://erv.example"\n[database]\nurl = "postgres://x/y"\n'
    )
    assert (settings.web.port, settings.web.public_url) == (9000, "https://erv.example")
    assert settings.database.url == "postgresql://erv@db/erv"
    assert settings.tsa.urls == ("https://tsa.example/",)


def test_a_password_comes_out_of_its_file_only(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("a/b:c@d\n", encoding="utf-8")
    settings = written(tmp_path, '[database]\nurl = "postgresql://erv@db:5433/erv?x=1"\npassword_file = "../pw"\n')
    assert settings.database.dsn() == "postgresql://erv:a%2Fb%3Ac%40d@db:5433/erv?x=1"
    assert settings.database.dsn(migrator=True) == settings.database.dsn()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("vieraugen = true", "vieraugen: unbekannter Schlüssel"),
        ("vier_augen = 'vielleicht'", "vier_augen: muss true oder false sein"),
        ("[web]\nhost = '0.0.0.0'", "web: ohne tls_cert_file und tls_key_file nur 127.0.0.1, nicht 0.0.0.0"),
        ("[web]\ntls_cert_file = 'x'", "web: tls_cert_file und tls_key_file gehören zusammen"),
        ("[web]\nport = 99999", "web.port: ist zu groß"),
        ("[database]\nurl = 'postgresql://a:geheim@b/c'", "enthält ein Passwort"),
        ("[database]\nurl = 'mysql://b/c'", "database.url: muss mit postgresql:// beginnen"),
        ("[tsa]\nurls = ['http://a', 'http://b', 'http://c']", "tsa.urls: hat zu viele Einträge"),
        ("[tsa]\nurls = ['ftp://a']", "tsa.urls: muss mit https:// oder http:// beginnen"),
        ("[worker]\nconcurrency = 1", "worker.concurrency: ist zu klein"),
        ("[[verzeichnis]]\ngericht_code = 'D2601'", "verzeichnis[1].safe_id: fehlt"),
        (POSTFACH.replace("https://", "http://"), "postfach[1].endpoint: muss mit https:// beginnen"),
        (POSTFACH.replace("https://", "https://u:p@"), "postfach[1].endpoint: darf weder Benutzer noch Passwort"),
        (POSTFACH.replace("DE.Justiz", "DE Justiz"), "postfach[1].safe_id: hat nicht die erwartete Form"),
        (POSTFACH + POSTFACH, "postfach.name Stadt Musterfurt kommt mehrfach vor"),
        ("data_dir = ", "ist kein TOML"),
    ],
)
def test_each_fault_is_one_line_in_plain_words(tmp_path: Path, text: str, line: str) -> None:
    found = faults(tmp_path, text)
    assert [fault for fault in found if line in fault], found
    assert not [fault for fault in found if "\n" in fault or "geheim" in fault]


def test_all_faults_are_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERV_WEP__PORT", "1")
    assert len(faults(tmp_path, "a = 1\nvier_augen = 3\n[web]\nport = 'x'\n")) == 4


def test_plain_http_to_the_own_machine_is_allowed(tmp_path: Path) -> None:
    settings = written(tmp_path, POSTFACH.replace("https://intermediaer.example", "http://127.0.0.1:8800"))
    assert settings.postfach[0].endpoint.startswith("http://127.0.0.1")


def test_a_missing_named_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(KonfigurationInvalid, match="nicht lesbar"):
        load(tmp_path / "gibt-es-nicht.toml")


@pytest.mark.parametrize("name", ["ERV_UNBEKANNT", "ERV_WEB__UNBEKANNT"])
def test_an_unknown_variable_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(KonfigurationInvalid, match="unbekannt"):
        load()


def test_a_broken_list_in_a_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERV_POSTFACH", "[")
    with pytest.raises(KonfigurationInvalid, match="JSON"):
        load()
