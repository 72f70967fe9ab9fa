#!/usr/bin/env python3
"""xml_cases.py: good and bad documents, each by the rule of XML 1.0 (fifth edition)
or of Namespaces in XML that it keeps or breaks, as TAP. What a bot's rpa.xml.parse
and its reader of records say is compared with what stands here, and so is xmllint,
in case this is wrong. Debian has none of W3C's files: its libxml2 comes without."""
import json
import os
import subprocess
import sys
import tempfile

RPA = os.environ["RPA"]


def utf8(text):
    return text.encode("utf-8", "surrogatepass")


def in_root(text):
    return utf8(f"<a>{text}</a>")


# DTDs, entities and UTF-7 are refused as policy; what stands behind a NUL xmllint does not see
good, bad, refused, behind_nul = [], [], [], []


def add(to, rule, *documents):
    to.extend((rule, d if isinstance(d, bytes) else utf8(d)) for d in documents)


# --- [1] document, [22] prolog, [27] misc ------------------------------------------
add(good, "1 document", "<a/>", "<a></a>", "<a/>\n", "\n<a/>", "<!-- c --><a/>",
    "<a/><!-- c -->", "<?p i?><a/><?p i?>", "<a/>\r\n \t", "<?xml version='1.0'?><a/>")
add(bad, "1 document", b"", " ", "a", "<a>", "</a>", "<a/><b/>", "<a></b>", "<a><b></a></b>",
    "<a/>text", "text<a/>", "<a/>&#32;", "<a/><![CDATA[x]]>", "<![CDATA[x]]><a/>", "<a",
    "<a/", "<", "<a></a", "<a></a b='1'>", "<a><b/>")
add(behind_nul, "1 document", "<a/>\0", "<a/>\n\0<b/>", "<a/>\0\0",
    "\ufeff<a/>\0".encode("utf-16-le"))
# --- [2] Char -----------------------------------------------------------------------
add(good, "2 Char", *[in_root(chr(c)) for c in (0x9, 0xa, 0xd, 0x20, 0x7f, 0x85, 0xa0, 0xd7ff,
                                                0xe000, 0xfffd, 0x10000, 0x10ffff, 0x2028)])
add(bad, "2 Char", *[in_root(chr(c)) for c in (0x1, 0x8, 0xb, 0xc, 0xe, 0x1f, 0xfffe, 0xffff)],
    b"<a>\0</a>", in_root("\ud800"), in_root("\udfff"))
# --- [4] names -----------------------------------------------------------------------
add(good, "5 Name", "<_/>", "<a-b/>", "<a.b/>", "<a1/>", "<Ŵ/>", "<é/>", "<Ω/>", "<日本/>",
    "<a·/>", "<a\u0300/>", "<\U00010400/>", "<a b-c.d_1='x'/>", "<\u2c00/>", "<\u200c/>")
add(bad, "5 Name", "<1/>", "<-a/>", "<.a/>", "< a/>", "<a!/>", "<\u0300/>", "<·/>", "<×/>",
    "<a×/>", "<÷/>", "<a\u2000/>", "<a 1='x'/>", "<a -b='x'/>", "<a @b='x'/>", "<\u037e/>",
    "<a\u2190/>", "<a$/>", "<a(b)/>", "<\U000f0000/>")
# --- [14] character data, [18] CDATA ---------------------------------------------------
add(good, "14 CharData", in_root("x > y"), in_root("]]"), in_root("]>"), in_root("'\""),
    in_root("] ]>"), in_root("]]&gt;"))
add(bad, "14 CharData", in_root("]]>"), in_root("x < y"), in_root("x & y"), in_root("&"),
    in_root("<"), in_root("a]]>b"))
add(good, "18 CDSect", *map(in_root, (
    "<![CDATA[]]>", "<![CDATA[x]]>", "<![CDATA[<b>&]]>", "<![CDATA[]]]]>", "<![CDATA[]]]>",
    "<![CDATA[x]]><![CDATA[y]]>", "<![CDATA[<![CDATA[]]>", "<![CDATA[ ]] ]]>")))
add(bad, "18 CDSect", *map(in_root, (
    "<![CDATA[", "<![CDATA[x]]", "<![cdata[x]]>", "<![CDATA x]]>", "<! [CDATA[x]]>",
    "<![CDATA [x]]>", "<![CDATA[\1]]>", "<![CDATA[a]]]]>>]]>", "<![INCLUDE[x]]>")))
# --- [15] comments, [16] processing instructions ----------------------------------------
add(good, "15 Comment", *map(in_root, ("<!---->", "<!-- -->", "<!--x-y-->", "<!--<b>&-->",
                                       "<!--ŵ-->", "<!-- > -->", "<!--- -->")))
add(bad, "15 Comment", *map(in_root, ("<!-->", "<!--->", "<!-- -- -->", "<!--x--->", "<!--",
                                      "<!--x--", "<!-x-->", "<!- -x-->", "<!--\1-->",
                                      "<!--x-- >")))
add(good, "16 PI", *map(in_root, ("<?p?>", "<?p ?>", "<?p x?>", "<?p ??>", "<?p >?>",
                                  "<?p <b>&?>", "<?xml-x y?>", "<?ŵ x?>", "<?xmla x?>")))
add(bad, "16 PI", *map(in_root, ("<??>", "<? p?>", "<?p", "<?p x", "<?p x?", "<?1 x?>",
                                 "<?xml version='1.0'?>", "<?XML x?>", "<?xMl?>", "<?p\1?>",
                                 "<?p+?>")))
# --- [23] the XML declaration -------------------------------------------------------------
DECLS = ("version='1.0'", 'version="1.0"', "version = '1.0'", "version='1.0' ",
         "version='1.0' encoding='UTF-8'", "version='1.0' encoding='utf-8'",
         "version='1.0' standalone='yes'", "version='1.0' encoding='UTF-8' standalone='no'",
         "version='1.0'\n encoding='US-ASCII'")
add(good, "23 XMLDecl", *[f"<?xml {d}?><a/>" for d in DECLS])
add(bad, "23 XMLDecl", "<?xml?><a/>", "<?xml encoding='UTF-8'?><a/>", " <?xml version='1.0'?><a/>",
    "<?xml version='1.0'?", *[f"<?xml {d}?><a/>" for d in (
        "version=1.0", "version='1.0'encoding='UTF-8'", "version='1.0' standalone='maybe'",
        "version='1.0' standalone='yes' encoding='UTF-8'", "version='1.0' encoding=''",
        "version='1.0' encoding='8-bit'", "VERSION='1.0'", "version='1.0\"",
        "version='1.0' x='1'", "version='2'", "version=''", "version='1.0' encoding='no-such'",
        "version='1.0' standalone='YES'")])
# --- [39] elements, [41] attributes ----------------------------------------------------------
add(good, "41 Attribute", "<a b=''/>", "<a b='x'/>", '<a b="x"/>', "<a b = 'x'/>", "<a\nb='x'\n/>",
    "<a b='\"'/>", '<a b="\'"/>', "<a b='>'/>", "<a b='&lt;&amp;&quot;&apos;&gt;'/>",
    "<a b='&#10;'/>", "<a b='1' c='2'/>", "<a b='x' ></a >", "<a b=']]>'/>", "<a B='' b=''/>")
add(bad, "41 Attribute", "<a b/>", "<a b=/>", "<a b=x/>", "<a b='x/>", "<a b=\"x'/>",
    "<a b='<'/>", "<a b='&'/>", "<a b='&lt'/>", "<a b='1'c='2'/>", "<a b='1' b='2'/>",
    "<a b='1' c='' b='1'/>", "<a ='x'/>", "<a b='\1'/>", "<a b='x'/ >", "<a / >", "<a b 'x'/>",
    "<a 'x'/>", "<a b=='x'/>", "<a b='x''y'/>", "</a b='1'>", "<a></a b='1'>", "<a b='&b;'/>")
# --- [66] references ------------------------------------------------------------------------------
add(good, "66 Reference", *map(in_root, (
    "&lt;", "&gt;", "&amp;", "&apos;", "&quot;", "&#65;", "&#x41;", "&#x0041;", "&#9;", "&#xA;",
    "&#xd7ff;", "&#xE000;", "&#xFFFD;", "&#x10FFFF;", "&#65536;", "&#000000065;")))
add(bad, "66 Reference", *map(in_root, (
    "&lt", "& lt;", "&lt ;", "&;", "&#;", "&#x;", "&#0;", "&#1;", "&#x1F;", "&#xD800;",
    "&#xDFFF;", "&#xFFFE;", "&#xFFFF;", "&#x110000;", "&#99999999999;", "&#X41;", "&#xG;",
    "&#6A;", "&#-1;", "&nbsp;", "&LT;", "&a b;", "&1;")))
# --- encodings ------------------------------------------------------------------------------------------
add(good, "4.3.3 encodings", b"\xef\xbb\xbf<a/>", "\ufeff<a>ŵ</a>".encode("utf-16-le"),
    "\ufeff<a>ŵ</a>".encode("utf-16-be"),
    "<?xml version='1.0' encoding='ISO-8859-1'?><a>é</a>".encode("latin-1"),
    "<?xml version='1.0' encoding='UTF-16'?><a>ŵ</a>".encode("utf-16"),
    "\ufeff<a>\U00010400</a>".encode("utf-16-be"))
add(bad, "4.3.3 encodings", b"<a>\xe9</a>", b"<a>\xc3</a>", b"<a>\xc0\x80</a>",
    b"<a>\xed\xa0\x80</a>", b"<a>\xf4\x90\x80\x80</a>", b"<a>\xfe</a>", b"<a>\x80</a>",
    b"<a>\xe2\x82</a>", b"<a>\xf8\x88\x80\x80\x80</a>", b"<a b='\xff'/>", b"<\xe9/>",
    b"<!--\xff--><a/>", b"<a>\xe0\x80\xaf</a>",
    "<a>ŵ</a>".encode("utf-16-le")[:-1] + b"\xd8", b"+ADw-a/+AD4-",
    b"<?xml version='1.0' encoding='US-ASCII'?><a>\xe9</a>")
add(refused, "UTF-7", *[f"<?xml version='1.0' encoding='{e}'?><a/>" for e in
                        ("UTF-7", "utf-7", "UNICODE-1-1-UTF-7")])
# --- namespaces ---------------------------------------------------------------------------------------------
add(good, "Namespaces", "<a xmlns='u'/>", "<p:a xmlns:p='u'/>", "<a xmlns='u'><b xmlns=''/></a>",
    "<a xml:lang='cy'/>", "<a xml:space='preserve'/>", "<a xmlns:p='u' p:b='' b=''/>",
    "<a xmlns:p='u' xmlns:q='v' p:b='' q:b=''/>", "<p:a xmlns:p='u'><p:a xmlns:p='v'/></p:a>",
    "<a xmlns:xml='http://www.w3.org/XML/1998/namespace'/>")
add(bad, "Namespaces", "<p:a/>", "<a p:b=''/>", "<p:a xmlns:p=''/>", "<:a/>", "<a:/>", "<a:b:c/>",
    "<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>", "<a xmlns:xmlns='u'/>", "<a xmlns:xml='u'/>",
    "<a xmlns:p='u'/><p:b/>", "<a xmlns:p='u' p:b='1' p:b='2'/>",
    "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>")
# --- [28] a DTD is refused, as policy -----------------------------
add(refused, "28 doctypedecl", "<!DOCTYPE a><a/>", "<!DOCTYPE a []><a/>",
    "<!DOCTYPE a [<!ELEMENT a ANY>]><a/>", "<!DOCTYPE a [<!-- c -->]><a/>",
    "<!DOCTYPE a SYSTEM 'none'><a/>", "<!DOCTYPE a PUBLIC 'p' 'none'><a/>")
add(bad, "28 doctypedecl", "<!DOCTYPE><a/>", "<!DOCTYPE a", "<a/><!DOCTYPE a>", "<!DOCTYPE a ><!DOCTYPE a><a/>",
    "<!doctype a><a/>", "<!DOCTYPE a PUBLIC 'p'><a/>", "<!DOCTYPE a [<!ELEMENT a>]><a/>",
    "<!DOCTYPE a [<!ENTITY e>]><a/>", "<!DOCTYPE a [&e;]><a/>", "<!DOCTYPE a [<a/>]><a/>",
    "<!DOCTYPE a SYSTEM><a/>", "<!DOCTYPE a SYSTEM 'x\"><a/>")
add(refused, "entities", "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
    "<!DOCTYPE a [<!ENTITY e 'x'>]><a b='&e;'/>",
    "<!DOCTYPE a [<!ENTITY e '<b/>'>]><a>&e;</a>",
    "<!DOCTYPE a [<!ENTITY e '&#65;'><!ENTITY f '&e;'>]><a>&f;</a>",
    "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><a>&e;</a>")

BOT = """
local hex = function(c) return string.char(tonumber(c, 16)) end
local function verdict(how, bytes)
    local good, why = pcall(how, bytes)
    return good and "good" or why.code == "EXML" and "bad" or tostring(why)
end
local function records(bytes)
    for _ in rpa.xml.stream(bytes):records("/*") do end
end
for _, line in ipairs(rpa.json.decode(rpa.file("cases"):read())) do
    local bytes = line:gsub("%x%x", hex)
    print(verdict(rpa.xml.parse, bytes) .. " " .. verdict(records, bytes))
end
"""
CASES = [(name, document, want) for want, cases in
         (("good", good), ("bad", bad), ("refused", refused + behind_nul)) for name, document in cases]


def said_by_rpa(folder):
    with open(f"{folder}/cases", "w", encoding="ascii") as f:
        json.dump([document.hex() for _, document, _ in CASES], f)
    os.mkdir(f"{folder}/xml")
    for name, text in (("bot.lua", 'return { name = "xml", files = { input = { cases = "cases" } } }'),
                       ("main.lua", BOT)):
        with open(f"{folder}/xml/{name}", "w", encoding="utf-8") as f:
            f.write(text)
    out = subprocess.run([RPA, "run", f"{folder}/xml", "--files", folder, "--state",
                          f"{folder}/state", "--quiet"], capture_output=True, check=False)
    print("".join(f"# {line}\n" for line in out.stderr.decode().splitlines()), end="")
    return [line.split(" ", 1) for line in out.stdout.decode().splitlines()]


def said_by_xmllint(folder, document):
    with open(f"{folder}/doc.xml", "wb") as f:
        f.write(document)
    out = subprocess.run(["xmllint", "--noout", "--nonet", f"{folder}/doc.xml"],
                         capture_output=True, check=False)
    return "bad" if out.returncode or b"error :" in out.stderr else "good"


with tempfile.TemporaryDirectory() as home:
    os.chmod(home, 0o755)
    ours = said_by_rpa(home)
    failed = len(ours) != len(CASES)
    print(f"{'not ' if failed else ''}ok 1 - {len(good)} good, {len(bad)} bad, "
          f"{len(refused)} refused documents: each was looked at")
    for n, ((name, document, want), got) in enumerate(zip(CASES, ours), 2):
        lint = said_by_xmllint(home, document)
        mine = "bad" if want == "refused" else want
        theirs = "good" if want == "refused" else want
        fine = got == [mine, mine] and lint == theirs
        failed = failed or not fine
        print(f"{'' if fine else 'not '}ok {n} - {want}: {name}: {document[:60]!r}".replace("#", "\\#"))
        if not fine:
            print(f"# rpa says {got}, xmllint {lint}")
    print(f"1..{len(ours) + 1}")
sys.exit(failed)
