"""What people define: services, objectives, rules, routes, dashboards; and what is wrong with them."""
