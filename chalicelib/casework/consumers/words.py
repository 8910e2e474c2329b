"""What messages call the things that acts name by codes, in both languages."""

CLOCKS = {
    "supplement": {"zh": "补正", "en": "supplement"},
    "owed": {"zh": "补交材料", "en": "missing materials"},
    "acceptance": {"zh": "受理", "en": "acceptance"},
    "decision": {"zh": "决定", "en": "decision"},
    "promised": {"zh": "承诺办结", "en": "promised decision"},
    "statutory": {"zh": "法定办结", "en": "statutory decision"},
    "delivery": {"zh": "送达", "en": "delivery"},
}
CAUSES = {
    "notice": {"zh": "国务院公布{}年放假安排", "en": "the holidays of {} were published"},
    "day_off": {"zh": "本市调整{}的工作安排", "en": "the city changed whether {} is worked"},
}
LANGUAGES = ("zh", "en")
WAYS = {
    "download": {"zh": "网上领取", "en": "fetched online"},
    "window": {"zh": "窗口领取", "en": "handed over at the window"},
    "post": {"zh": "邮寄送达", "en": "sent by post"},
}
AT_WINDOW = {
    "filed": {"zh": "提出申请", "en": "your application was filed"},
    "supplemented": {"zh": "补交材料", "en": "materials were supplied"},
    "collected": {"zh": "领取结果", "en": "the result was handed over"},
    "shown": {"zh": "查看办件", "en": "the case was shown"},
}
PROCEDURES = {
    "hearing": {"zh": "听证", "en": "hearing"},
    "tender": {"zh": "招标", "en": "tender"},
    "auction": {"zh": "拍卖", "en": "auction"},
    "inspection": {"zh": "检验", "en": "inspection"},
    "testing": {"zh": "检测", "en": "testing"},
    "quarantine": {"zh": "检疫", "en": "quarantine"},
    "appraisal": {"zh": "鉴定", "en": "appraisal"},
    "expert_review": {"zh": "专家评审", "en": "expert review"},
}
