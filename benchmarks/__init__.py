"""What `make bench` measures. Figures are ratios of one run where two things are compared; nothing is asserted."""
