import sys

from .third import unclosed

sys.exit(3)
