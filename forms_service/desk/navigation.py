"""The entries above every page of the desk."""

from forms_service.access.guard import Entry
from forms_service.access.people import ADMINISTRATOR, READER, REVIEWER
from forms_service.texts import N_

ENTRIES = (
    Entry("/desk/", N_("Submissions"), READER),
    Entry("/desk/partners", N_("Partners"), READER),
    Entry("/desk/figures", N_("Figures"), READER),
    Entry("/desk/mails", N_("Mail"), REVIEWER),
    Entry("/desk/history", N_("History"), READER),
    Entry("/desk/privacy", N_("Personal data"), ADMINISTRATOR),
    Entry("/desk/people", N_("People"), ADMINISTRATOR),
)
