"""Who is who: people, vacancies, partners, mandates."""
