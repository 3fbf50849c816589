from generator import P1, Alert, Service, Team

ops = Team("ops")
backend = Service("backend", tem=ops)
frontend = Service("frontend", team=ops)
left_over = nothing_of_that_name
