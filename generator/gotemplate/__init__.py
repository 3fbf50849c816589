"""Go's text/template and html/template in Python, as Prometheus and Alertmanager use them.

``prometheus.expand`` and ``alertmanager.Library`` are the doors; ``template.Template`` is the language
itself, ``values`` says which Python values stand for which Go values, ``gotime`` has Go's times.
"""
