"""A season in which everything happened once: what replay, verification and re-deciding are tried on."""

from tests.season import Play, at_noon, collective, done, grant, leaders, person, units
from workflow.services import milestones
from workflow.services.context import Upload
from workflow.words import Lead, Role

PAPER = Upload(kind="minutes", name="Biên bản.pdf", content=b"%PDF-1.7 minutes")


def keep_busy(play: Play) -> Play:
    """Ten days of a department of six, a small one of three and a district; ends on 20/12/2024."""
    people = [*leaders("SNV", 6, party=True), collective("SNV"), *leaders("STC", 3)]
    play.bring([*units("SNV", "STC"), *units("H-BACAI", kind="district")], [*people, *leaders("H-BACAI", 1)])
    play.clock.now = at_noon("2024-11-18")
    play.do("submit", "SNV-02")
    play.to_vote("SNV", excellent=3)
    play.close("SNV")
    play.do("submit", "SNV-02")
    done(play.group_command("revote", "SNV", reason="vượt tỷ lệ"))
    play.clock.now = at_noon("2024-11-20")
    play.to_vote("SNV", excellent=1)
    play.close("SNV")
    play.submit(*(f"SNV-0{number}" for number in range(1, 6)), letter="12/SNV")
    done(play.do("send_back", "SNV-03", by="QD-bcsd-ubnd", reason="thiếu báo cáo", due_back="2024-11-29"))
    play.vote("SNV-03")
    done(play.do("correct", "SNV-06", field="voted", rank="completed", corrects=5, reason="ghi nhầm"))
    play.clock.now = at_noon("2024-11-25")
    play.bring(subjects=[person("SNV-07", since=None)], roles=[grant("SNV-07", Role.AUDITOR)])
    play.to_vote("SNV")
    play.close("SNV")
    done(play.do("withdraw", "SNV-07", reason="chuyển công tác", reason_kind="moved"))
    play.to_vote("STC", excellent=1)
    play.close("STC")
    done(play.do("not_ranked", "STC-03", reason="dưới sáu tháng", uploads=(PAPER,)))
    play.clock.now = at_noon("2024-12-06")
    play.submit("SNV-03", "SNV-06", "SNV-TT", reason="lũ lụt")
    done(play.extend(play.obligation("NT11-1e-1", "STC")["ref"], "2024-12-15"))
    done(play.extend(play.obligations("NT11-1g-3", "SNV")[0]["ref"], "2024-12-15"))
    play.submit("STC-01", "STC-02")
    play.clock.now = at_noon("2024-12-18")
    for name in ("SNV-01", "SNV-02", "SNV-TT", "STC-01"):
        play.ratify(name)
    done(play.do("adjust", "SNV-02", by="QD-bcsd-ubnd", rank="completed", reason="xét lại"))
    play.ratify("SNV-02")
    done(play.do("receive", "SNV-02", by="VT", to="so-noi-vu", letter="5/SNV"))
    play.to_vote("H-BACAI")
    play.close("H-BACAI")
    play.submit("H-BACAI-01", reason="lũ lụt")
    done(play.do("opinion", "H-BACAI-01", by="QD-bcsd-ubnd", body="bcsd-ubnd", rank="good"))
    play.clock.now = at_noon("2024-12-20")
    play.ratify("H-BACAI-01")
    done(play.bring(subjects=[person("STC-02", post="Phó Giám đốc", lead=Lead.DEPUTY)]))
    ref = play.obligation("NT11-1g-4", "2024")["ref"]
    done(milestones.finish(play.context, play.season, play.by("TH"), ref, proof="7/BC-SNV"))
    return play
