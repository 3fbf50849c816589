from generator import Receiver, Service, Slack, Secret, Team

ops = Team("ops")
backend = Service("backend", team=ops)
slack = Receiver("slack", Slack("#alerts", Secret("slack")))
nobody = Receiver("nobody")
