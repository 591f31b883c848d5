"""The stages of a user: active or disabled. Migration records as the system what was so before it."""

from domain.messages import Role
from domain.stages import Stage
from domain.user.commands import AddUser, ChangeRoles, DisableUser, EnableUser
from domain.user.state import User

BY_ADMINISTRATOR = (Role.ADMINISTRATOR,)
OR_MIGRATION = (Role.ADMINISTRATOR, Role.SYSTEM)

USER_STAGES = (
    Stage[User](name="new", needed=lambda state: state is None, answers={AddUser: OR_MIGRATION}),
    Stage[User](
        name="disabled",
        needed=lambda state: state.disabled,
        answers={ChangeRoles: BY_ADMINISTRATOR, EnableUser: BY_ADMINISTRATOR},
    ),
    Stage[User](name="active", answers={ChangeRoles: BY_ADMINISTRATOR, DisableUser: OR_MIGRATION}),
)
