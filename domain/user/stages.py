"""The stages of a user: active or disabled. Migration records as the system what was so before it."""

from domain.messages import Role
from domain.stages import Stage, StageTexts
from domain.user.commands import AddUser, ChangeRoles, DisableUser, EnableUser
from domain.user.state import User

BY_ADMINISTRATOR = (Role.ADMINISTRATOR,)
OR_MIGRATION = (Role.ADMINISTRATOR, Role.SYSTEM)

USER_STAGES = (
    Stage[User](
        name="new",
        texts=StageTexts(title="New", phase="New", next_step="Nothing has happened yet."),
        needed=lambda state: state is None,
        answers={AddUser: OR_MIGRATION},
    ),
    Stage[User](
        name="disabled",
        texts=StageTexts(
            title="Disabled",
            phase="Disabled",
            next_step="The user cannot sign in. An administrator may enable the user again.",
        ),
        needed=lambda state: state.disabled,
        answers={ChangeRoles: BY_ADMINISTRATOR, EnableUser: BY_ADMINISTRATOR},
    ),
    Stage[User](
        name="active",
        texts=StageTexts(
            title="Active",
            phase="Active",
            next_step="The user acts in these roles. Another administrator may change them or disable the user.",
            tone="green",
        ),
        answers={ChangeRoles: BY_ADMINISTRATOR, DisableUser: OR_MIGRATION},
    ),
)
