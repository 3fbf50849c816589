"""Native histograms: values, arithmetic, statistics, text; and the mathematics of classic histograms."""
