"""The parts of the system, and who owns them."""

from generator import Contact, PrometheusSettings, ScrapeJob, Service, Team, Tier

team = Team("shop", contacts=[Contact(email="shop@example.com", hours="business")])

web = Service("web", team=team, tier=Tier.CRITICAL, title="Web shop")

scrape = ScrapeJob("web", targets=["web:8080"], service=web)
prometheus = PrometheusSettings(
    scrape_interval="30s",
    evaluation_interval="30s",
    # Where rendered/runbooks/ is published; every alert links to its page there.
    runbooks="https://wiki.example.com/runbooks",
)
