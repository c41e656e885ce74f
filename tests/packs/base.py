"""A small pack that is right, to be made wrong in one place."""

from states.packs.reader import Around, read
from workflow.errors import Fault, Faulty
from workflow.rulepack import RulePack

FILE = "pack.toml"

BASE = """\
[pack]
schema = 1
id = "small"
version = "1"
title = { vi = "Gói nhỏ", en = "Small pack" }
year = 2024
valid_from = 2024-01-01
tracks = ["civil_servant"]

[document]
source = "paper"
symbol = "/UBND"
issuing_role = "Chủ tịch"
subject = "Xếp loại"
basis = ["paper"]
audience = ["department"]
copies = ["office"]
archive = ["VT"]
signatory_post = "Chủ tịch"

[[document.field]]
id = "number"
text = "Số để trống"
clause = { source = "paper", at = "đầu" }

[settings]
proposal = "voted"

[vocabulary.unit_kinds]
department = { vi = "Sở", en = "department" }

[vocabulary.categories]
civil_servant = "Công chức"

[vocabulary.duties]
leadership = "Lãnh đạo"

[vocabulary.tiers]
above = "Cấp trên quản lý"
unit = "Đơn vị quản lý"

[[source]]
id = "paper"
kind = "kế hoạch"
issuer = "UBND"
date = 2024-01-01
title = "Kế hoạch"

[[missing]]
id = "annex"
what = "Phụ lục"
clause = { source = "paper", at = "cuối" }

[[body]]
id = "office"
name = "Văn phòng"

[[body]]
id = "committee"
name = "Ủy ban"
external = true

[[route]]
id = "general"
clause = { source = "paper", at = "1", rows = ["NT11-1e-1"] }
text = "Tuyến chung"
where = { tier = ["above"] }
recipients = [{ body = "office" }]
ratifier = "committee"

[[route]]
id = "special"
clause = { source = "paper", at = "2" }
text = "Tuyến riêng"
where = { tier = ["above"], lead = ["deputy"] }
recipients = [{ body = "office", via = "committee" }, { body = "committee", required = false }]
ratifier = "unit"
overrides = ["general"]

[[quota]]
id = "cap"
clause = { source = "paper", at = "3" }
text = "Tỷ lệ"
rank = "excellent"
base = "good_or_better"
percent = 20
moment = "submit"
over = "revote"
group_by = ["unit"]
small = { max_size = 5, cap = 1 }
where = { lead = ["head", "deputy"] }

[[deadline]]
id = "send"
clause = { source = "paper", at = "4" }
text = "Gửi hồ sơ"
wording = "before"
on = 2024-12-05
per = "unit"
owner = "unit"
recipient = "office"
met_by = "submit"
late = "reason"

[[deadline]]
id = "send-special"
clause = { source = "paper", at = "5" }
text = "Gửi hồ sơ riêng"
wording = "same_as"
rule = "send"
per = "unit"
owner = "unit"
met_by = "submit"
where = { route = ["special"] }

[[guard]]
id = "invited"
clause = { source = "paper", at = "6" }
text = "Mời dự"
process = "dossier"
command = "record_vote"
uses = "parties_invited"
params = { bodies = ["office"] }

[[ladder]]
id = "default"
clause = { source = "paper", at = "7" }
quiet_from = "21:00"
quiet_until = 06:00:00

[[ladder.rung]]
id = "week"
days = -7
to = "owner"

[[ladder.rung]]
id = "late"
days = 0
to = "head"

[[guidance]]
id = "strict"
text = "Chặt chẽ"
clause = { source = "paper", at = "8" }
shown_at = "record_vote"
"""


def changed(old: str, new: str, text: str = BASE) -> str:
    """`text` with its one `old` replaced."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the text"
    return text.replace(old, new)


def pack(text: str | bytes = BASE, **others: str) -> RulePack:
    """The pack of `text`; `others` are the packs that it may extend, by id with - as _."""
    data = text.encode() if isinstance(text, str) else text
    kept = {name.replace("_", "-"): body.encode() for name, body in others.items()}
    around = Around(parents=lambda name: (kept[name], f"{name}.toml") if name in kept else None)
    return read(data, file=FILE, around=around)


def faults(text: str | bytes, **others: str) -> tuple[Fault, ...]:
    """All faults of `text`, none if it is right."""
    try:
        pack(text, **others)
    except Faulty as error:
        return error.faults
    return ()


def told(text: str | bytes, **others: str) -> list[tuple[str, ...]]:
    """Code and place of every fault, in order: ("pack.unknown_key", "pack.toml", "line 7", "general", "ratifyer")."""
    return [(one.code, *one.where) for one in faults(text, **others)]


def line_of(start: str, text: str = BASE) -> str:
    """Where the one line that begins with `start` stands, as faults say it."""
    lines = [number for number, line in enumerate(text.split("\n"), start=1) if line.startswith(start)]
    assert len(lines) == 1, f"{start!r} begins {len(lines)} lines"
    return f"line {lines[0]}"
