"""Owns every sentence of the app in both languages."""

from __future__ import annotations

ZH = "zh-hans"
EN = "en"

# key: (Simplified Chinese, English)
WORDS: dict[str, tuple[str, str]] = {
    "skip": ("跳到正文", "Skip to content"),
    "language_other": ("English", "简体中文"),
    "service": ("居住证签发", "Residence permit"),
    "run_by": ("本应用由“{name}”提供，在民市平台上架", "This app is provided by {name} and listed on Minshi"),
    "help": ("咨询电话：12345 转 3（工作日 9:00–17:30）", "Questions: call 12345, option 3 (working days 9:00–17:30)"),
    "step": ("第 {now} 步，共 3 步", "Step {now} of 3"),
    "apply_title": ("申领居住证", "Apply for a residence permit"),
    "apply_lead": (
        "下面的信息由公安和住房部门提供，不用您再填，也不用上传证明。请核对后填写余下三项。",
        "Departments have supplied what is below: nothing to upload. Check it, then answer three questions.",
    ),
    "known_title": ("已经为您填好", "Filled in for you"),
    "name": ("姓名", "Name"),
    "document_number": ("证件号码", "Document number"),
    "address": ("居住登记地址", "Registered address"),
    "registered_on": ("居住登记日期", "Registered on"),
    "rental": ("房屋租赁备案", "Rental registration"),
    "none": ("没有查到", "none found"),
    "wrong_data": (
        "信息不对？请联系居住地派出所更正，再来申领。",
        "Something wrong? Ask the police station of your address to correct it, then apply.",
    ),
    "ground": ("您凭什么申领？", "On what ground do you apply?"),
    "ground_hint": ("选一项最容易说明的即可", "One is enough"),
    "ground_dwelling": (
        "合法稳定住所（租房备案、自有住房）",
        "A stable lawful dwelling (registered rental or own home)",
    ),
    "ground_employment": ("合法稳定就业", "Stable lawful employment"),
    "ground_study": ("连续就读", "Continuous study"),
    "phone": ("手机号码", "Mobile phone"),
    "phone_hint": ("11 位；办理进度会发到这个号码", "11 digits; news of your application goes there"),
    "pickup": ("怎样领取？", "How would you like to receive it?"),
    "pickup_counter": ("到派出所窗口领取", "At the counter of the police station"),
    "pickup_mail": ("寄到居住登记地址", "By mail to the registered address"),
    "continue": ("继续", "Continue"),
    "check_title": ("核对后提交", "Check your answers"),
    "check_lead": ("提交之前请再看一遍。", "Please look once more before you submit."),
    "change": ("修改", "Change"),
    "change_what": ("修改{what}", "Change: {what}"),
    "declaration": ("我承诺以上信息真实。", "I declare that this is true."),
    "submit": ("提交申请", "Submit the application"),
    "receipt_title_received": ("申请已提交，部门已收到", "Submitted, and received by the department"),
    "receipt_title_sending": ("申请已保存，正在送达部门", "Saved, and on its way to the department"),
    "reference": ("回执编号", "Receipt number"),
    "application_no": ("部门申请编号", "The department's number"),
    "application_no_pending": ("送达后显示", "shown once it has arrived"),
    "next_title": ("接下来", "What happens next"),
    "next_received": (
        "公安机关会在 15 日内办结。办好后会发短信到您留的手机。",
        "The police decide within 15 days. A message goes to your phone when it is ready.",
    ),
    "next_sending": (
        "部门的系统现在没有应答。您的申请没有丢，我们会一直重试，不用再提交一次。",
        "The department's system is not answering. Nothing is lost: we keep trying. You need not submit again.",
    ),
    "see_status": ("查看办理进度", "See how it stands"),
    "status_title": ("办理进度", "How your application stands"),
    "state": ("状态", "State"),
    "state_sending": ("正在送达部门", "On its way to the department"),
    "state_received": ("部门已收到", "Received by the department"),
    "state_refused": ("部门不予收件", "Refused by the department"),
    "state_accepted": ("已受理", "Accepted"),
    "state_supplement_requested": ("需要补充材料", "More is needed from you"),
    "state_not_accepted": ("不予受理", "Not accepted"),
    "state_completed": ("已办结，可以领取", "Done: ready for you"),
    "state_denied": ("不予办理", "Denied"),
    "refresh": ("刷新", "Refresh"),
    "submitted_at": ("提交时间", "Submitted at"),
    "refused_title": ("现在还不能申领", "You cannot apply just now"),
    "reason": ("原因", "Reason"),
    "remedy": ("您可以", "What you can do"),
    "back_to_form": ("返回申请表", "Back to the form"),
    "errors_title": ("有几处需要修改", "There is a problem"),
    "error_ground": ("请选择申领依据", "Choose a ground"),
    "error_phone": (
        "请填写 11 位手机号码，例如 14200000001",
        "Enter a mobile phone number of 11 digits, such as 14200000001",
    ),
    "error_pickup": ("请选择领取方式", "Choose how to receive it"),
    "error_declaration": ("请先勾选承诺", "Tick the declaration first"),
    "error_body": ("请求内容不符合要求", "The request is not valid"),
    "error_prefix": ("错误：", "Error: "),
    "gone_title": ("请重新进入", "Please enter again"),
    "gone": (
        "您离开得有点久，或者链接已经用过。请回到办事平台，从这件事的页面再点一次“开始办理”。",
        "You were away for a while, or the link was used before. Go back to the platform and press Start again.",
    ),
    "busy_title": ("部门系统暂时没有应答", "The department's system is not answering"),
    "busy": ("请过几分钟再试。您还没有提交任何东西。", "Please try again in a few minutes. Nothing was submitted yet."),
    "try_again": ("再试一次", "Try again"),
    "missing_title": ("没有这个页面", "There is no such page"),
    "missing": ("请检查网址，或返回申请表。", "Check the address, or go back to the form."),
    "broken_title": ("应用出错了", "The app failed"),
    "broken": ("请稍后再试；如果一直这样，请拨打咨询电话。", "Please try again later, or call us if it goes on."),
    "told_received": ("部门已收到您的申请。", "The department has received your application."),
    "told_sending": (
        "申请已保存，部门系统暂时没有应答，我们会继续送达，请勿重复提交。",
        "Saved. The department's system is not answering; we keep trying. Do not submit again.",
    ),
    "told_refused": ("部门按规则不予收件。", "The department's rules refuse it."),
    "unauthorised": ("没有会话，或会话已过期", "No session, or it has expired"),
    "not_found": ("没有这件申请", "No such application"),
    "not_allowed": ("不支持这种请求方法", "This method is not supported"),
}


def say(language: str, key: str, **values: object) -> str:
    """Return one sentence in a language, its named places filled."""
    sentence = WORDS[key][1 if language == EN else 0]
    return sentence.format(**values) if values else sentence
