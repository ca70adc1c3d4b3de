"""Converters of a project's own."""


class FourDigits:
    regex = "[0-9]{4}"

    def to_python(self, value):
        if value == "0000":
            raise ValueError("there was no such year")
        return int(value)

    def to_url(self, value):
        if value > 9999:
            raise ValueError("too late")
        return f"{value:04d}"


class Sign:
    regex = "[+-]?"

    def to_python(self, value):
        return {"+": 1, "-": -1, "": 0}[value]

    def to_url(self, value):
        return {1: "+", -1: "-", 0: ""}[value]
