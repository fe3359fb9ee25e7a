"""Text that runs a script wherever it is taken for markup, an attribute, a template or a script's string."""

MARKUP = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>{{7*7}}</style></svg>`${alert(3)}<svg/onload=alert(4)>"
"""It holds no slash alone and no NUL: most of it may stand in a file's name."""
FILE_NAME = "<img src=x onerror=alert(5)>\"'><svg onload=alert(6)>"
