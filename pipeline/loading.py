"""What the server of workers imports first: it loads libraries, which stay, without looking for garbage among them.

Looking took a sixth of the loading. Workers look for it, as seldom as the command (:func:`pipeline.workers.begin`).
"""

import gc

gc.disable()
