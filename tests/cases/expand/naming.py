"""Names of one's own for the recorded series and their labels."""

from generator import SLO, BurnPolicy, BurnRate, Naming, Probe, PrometheusSettings, Service, Team

settings = PrometheusSettings(
    naming=Naming(
        error_ratio="service:errors:ratio{window}",
        id_label="slo_id",
        service_label="slo_service",
        slo_label="slo",
        window_label="window",
        severity_label="kind",
        group="slo-{id}-{kind}",
        info="slo_info",
    )
)
uptime = SLO(
    "uptime",
    service=Service("shop", team=Team("ops")),
    objective=99.5,
    sli=Probe("up"),
    burn=BurnPolicy(page=[BurnRate("1h", factor=14.4)]),
    labels={"owner": "me"},
)
