"""How asking a server ends badly. Every message is one line without the key."""


class ServiceFault(Exception):
    """There is no answer to be had."""


class Refused(ServiceFault):
    """The server will not answer this question, however often it is asked.

    Attributes:
        status: of HTTP.
        said: its reason, one line.
    """

    def __init__(self, message: str, status: int, said: str) -> None:
        super().__init__(message)
        self.status, self.said = status, said


class TooLong(ServiceFault):
    """The question does not fit into the model's context."""


class Unavailable(Exception):
    """An endpoint failed in a way that may pass.

    Attributes:
        after: seconds after which the endpoint wishes to be asked again; None where it does not say.
    """

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after
