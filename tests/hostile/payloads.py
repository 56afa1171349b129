"""What somebody might write into a field so that it is more than text: at least two hundred, no two alike."""

from __future__ import annotations

from collections.abc import Iterator

SQL = (
    "' OR '1'='1",
    "'; DROP TABLE letters; --",
    '" OR ""="',
    "1); DELETE FROM letters WHERE (1=1",
    "' UNION SELECT name, sql FROM sqlite_master --",
    "'||(SELECT hex(randomblob(9)))||'",
    "%' ESCAPE '!' --",
    "_%_%_%",
    "x' AND 1=CAST((SELECT version()) AS int) --",
    "$$; SELECT pg_sleep(9); $$",
    "\\'; ATTACH DATABASE '/tmp/x' AS x; --",
    ":subject :1 ? %s %(name)s {subject} {0} {self}",
)
SEARCH = (
    '"',
    '""',
    '"a" NEAR("b" "c", 5)',
    "NEAR(",
    "a AND",
    "OR OR OR",
    "NOT a",
    "subject : a",
    "{subject sender} : a",
    "^a",
    "a*",
    "*",
    "a + b",
    "-a",
    "(((",
    ")",
    "rank MATCH 'bm25(10)'",
    "'fts5(merge=1)'",
    'a" OR rowid > 0 --',
    "col:a:b:c",
)
MARKUP = (
    "<b>tebal</b>",
    "<img src='file:///etc/passwd'>",
    '<img src="\\\\192.0.2.1\\share\\a.png">',
    "<img src=http://127.0.0.1:9/a.png>",
    "<a href='file:///bin/sh'>klik</a>",
    "<script>alert(1)</script>",
    "<!DOCTYPE html><h1>Judul</h1>",
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "<style>*{display:none}</style>",
    "<table><tr><td>sel",
    "<font size=90 color=red>BESAR",
    "&lt;b&gt;",
    "&lt;img src=x&gt; tanpa kurung",
    "&amp;&#60;&#x3c;&nbsp;",
    "<br/>" * 50,
    "<!-- ",
    "]]>",
    "<object data='file:///etc/passwd'></object>",
    "<svg onload=alert(1)>",
    "**tebal** [klik](file:///bin/sh) ![x](http://127.0.0.1/)",
    "qrc:/icons/check.svg",
    "Seksi Pemerintahan & Umum",
    "&Berkas",
    "&&",
    "[*]",
    "%1 %n %L1",
)
FORMULAS = tuple(
    start + rest
    for start in ("=", "+", "-", "@", "\t=", "\r=", " =", "\ufeff=", "\uff1d", "\uff0b", "\uff0d", "\uff20")
    for rest in ("1+1", "SUM(1;2)", 'HYPERLINK("http://127.0.0.1/","x")', "cmd|' /C calc'!A0", 'IMPORTXML(A1,"//a")')
)
DEVICES = ("CON", "PRN", "AUX", "NUL", "COM1", "COM9", "LPT1", "CONIN$")
PATHS = (
    "../../../../etc/passwd",
    "..\\..\\..\\Windows\\win.ini",
    "/etc/passwd",
    "C:\\Windows\\System32\\cmd.exe",
    "\\\\192.0.2.1\\share\\a",
    "\\\\?\\C:\\a",
    "file:///etc/passwd",
    "a.pdf:stream",
    "a.pdf::$DATA",
    "surat.pdf.exe",
    "surat.pdf ",
    "surat.pdf.",
    "~root/.ssh/id_ed25519",
    "$HOME/%USERPROFILE%",
    "`id`; $(id) | id",
    "a/./b//c",
    ".",
    "..",
    "-rf",
    "a\nb.pdf",
    *(
        f"{name}{end}"
        for name in ("CON", "PRN", "AUX", "NUL", "COM1", "COM9", "LPT1", "CONIN$")
        for end in ("", ".pdf")
    ),
)
SIGNS = (
    "surat\u202efdp.exe",
    "\u202a\u202b\u202d\u202e\u202c",
    "\u2066\u2067\u2068\u2069isolat",
    "\u200b\u200c\u200d\ufeff",
    "a\u0301\u0327" * 20,
    "Z" + "\u0335" * 300,
    "null\x00byte",
    "\x00",
    "\x01\x02\x03\x07\x08\x1b[31mmerah\x1b[0m",
    "\x1b]0;judul\x07",
    "\x7f\x80\x9b",
    "baris\r\n2026-01-01 INFO palsu: semua aman",
    "baris\ndua\n\n\ntiga",
    "\u2028\u2029",
    "\t\v\f",
    "👩‍👩‍👧‍👦🇮🇩",
    "﷽" * 40,
    "السلام عليكم",
    "ﬁ ﬀ Ⅷ ㎏",
    "ꦲꦏ꧀ꦱꦫꦗꦮ",
    "\u0130\u0131\u017f\u212a",
    "\ue000\uf8ff",
    "\U0010fffd",
    "\ufffe\uffff",
    "\x85",
)
TYPESETTING = (
    '#read("/etc/passwd")',
    '#include "/etc/passwd"',
    '#import "@preview/cetz:0.2.2": *',
    '#plugin("a.wasm")',
    '#image("/etc/passwd")',
    '#eval("1+1")',
    "#while true { [a] }",
    "#set page(height: 1pt)",
    "#panic()",
    "#sys.inputs.data",
    "#let f(n) = f(n + 1); #f(0)",
    '#link("file:///bin/sh")[klik]',
    "$ integral_0^oo x $",
    "@sumber <label>",
    "= Judul\n- butir\n+ butir",
    "`kode` ```kode```",
    "\\u{202e} ~ -- --- \\ ",
)
LONG = ("A" * 300, "kata " * 300, "<b>" * 200, "'" * 400, "&" * 300, "\u202e" * 100, "9" * 300, "/" * 300)
LOGS = (
    "%s%s%s%n",
    "{0.__class__.__mro__}",
    "${jndi:ldap://127.0.0.1/a}",
    "{{7*7}}",
    "#{7*7}",
    "<%= 7*7 %>",
    "\r\n\r\nHTTP/1.1 200 OK",
    "a\nWARNING desktop.sync: palsu",
    '","code":"ok"',
    "__import__('os').system('id')",
    "\\u0000\\x00\\n",
    "null",
    "None",
    "true",
    "NaN",
    "-1",
    "1e999",
    "0x7fffffff",
    "[]",
    "{}",
)


def payloads() -> Iterator[str]:
    """All of them."""
    for family in (SQL, SEARCH, MARKUP, FORMULAS, PATHS, SIGNS, TYPESETTING, LONG, LOGS):
        yield from family
