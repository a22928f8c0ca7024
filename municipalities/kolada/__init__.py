"""Kolada, the open database of municipalities' and regions' figures (https://www.kolada.se): asked, understood, kept."""
