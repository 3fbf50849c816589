"""The monitoring of the dropshipping system, as its operations guide (운영 환경 가이드) asks for it.

Every definition names in `guide=` the places of the guide it comes from, by section and heading, such as
`§3 Slack Critical`; `docs/seed-map.md` is made from that. Sections are counted as in the guide's contents: §1 system
architecture, §2 operating procedures, §3 monitoring and alerting, §4 performance, §5 security, §6 incidents, §7
maintenance, §8 backup and recovery, and §9 for the contacts that follow them.
"""
