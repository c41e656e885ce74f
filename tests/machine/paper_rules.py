"""What the world of papers asks for, as TOML: routes with several recipients, papers, suggestions, comments."""

SENT = """
[[body]]
id = "post"
name = "Sở Nội vụ"

[[body]]
id = "board"
name = "Ban Tổ chức"

[[body]]
id = "outside"
name = "Cấp trên"
external = true

[[route]]
id = "own"
clause = { source = "paper", at = "1" }
text = "Đơn vị tự quyết"
where = { tier = ["unit"] }
recipients = [{ body = "office" }, { body = "committee", required = false }]
ratifier = "unit"

[[route]]
id = "two"
clause = { source = "paper", at = "2" }
text = "Hai nơi nhận, hai nơi cho ý kiến"
where = { tier = ["btv"] }
recipients = [{ body = "office", via = "post" }, { body = "board" }]
ratifier = "committee"
opinions = ["office", "board"]
opinions_needed = true

[[route]]
id = "asked"
clause = { source = "paper", at = "3" }
text = "Cấp ngoài quyết, một nơi cho ý kiến"
where = { tier = ["btv"], lead = ["none"] }
recipients = [{ body = "board" }, { body = "outside", via = "board" }]
ratifier = "outside"
step = "consultation"
opinions = ["committee"]
overrides = ["two"]
"""
"""Who receives a dossier, through whom, who gives an opinion and who decides."""

ASKED = """
[[paper]]
id = "form"
clause = { source = "paper", at = "4" }
text = "Bản kiểm điểm cá nhân"
kind = "review_form"
forms = ["02-A", "02-C"]
where = { kind = ["person"] }
needed_at = "self_review"
once = "year"
types = ["pdf", "docx"]
largest = 1

[[paper]]
id = "leaders-form"
clause = { source = "paper", at = "4" }
text = "Bản kiểm điểm của người giữ chức vụ"
kind = "review_form"
forms = ["02-B"]
where = { kind = ["person"], lead = ["head", "deputy"] }
overrides = ["form"]
needed_at = "self_review"
once = "season"
sections = { moral = "Đạo đức", digital = "Chuyển đổi số" }

[[paper]]
id = "collective-form"
clause = { source = "paper", at = "4" }
text = "Báo cáo của tập thể"
kind = "review_form"
forms = ["01"]
where = { kind = ["collective"] }
needed_at = "self_review"

[[paper]]
id = "frame"
clause = { source = "paper", at = "4" }
text = "Khung tiêu chí"
kind = "frame"
needed_at = "self_review"
missing = "frame-text"

[[paper]]
id = "minutes"
clause = { source = "paper", at = "4" }
text = "Biên bản"
kind = "minutes"
needed_at = "record_vote"
mode = "warn"

[[paper]]
id = "report"
clause = { source = "paper", at = "4" }
text = "Báo cáo"
kind = "report"
where = { duty = ["staff"] }
needed_at = "submit"
types = ["docx", "xlsx"]

[[paper]]
id = "declaration"
clause = { source = "paper", at = "4" }
text = "Kê khai"
kind = "declaration"
where = { tier = ["btv"], kind = ["person"] }
needed_at = "ratify"

[[paper]]
id = "explanation"
clause = { source = "paper", at = "4" }
text = "Giải trình"
kind = "explanation"
types = ["pdf"]

[[missing]]
id = "frame-text"
what = "Khung tiêu chí"
clause = { source = "paper", at = "4" }

[[suggestion]]
id = "suggested"
clause = { source = "paper", at = "5" }
text = "Giải trình gợi ý"
where = { lead = ["head", "deputy"] }

[[comments]]
id = "heard"
clause = { source = "paper", at = "6" }
text = "Góp ý vào dự thảo"
bodies = ["office", "committee"]
where = { kind = ["collective"] }
before = ["self_review", "hold"]

[[comments]]
id = "heard-of-heads"
clause = { source = "paper", at = "6" }
text = "Góp ý trước hội nghị"
bodies = ["board"]
where = { lead = ["head"] }

[[meeting]]
id = "of-people"
clause = { source = "paper", at = "7" }
text = "Họp về cá nhân"
where = { kind = ["person"] }

[[meeting]]
id = "of-collectives"
clause = { source = "paper", at = "7" }
text = "Họp về tập thể"
where = { kind = ["collective"] }
"""
"""Papers by post, party and duty, one of them told and never asked for, one only warned of; and what is looked up and
heard before a review and before its meeting."""
