# Databases that the managed PostgreSQL server provides; access levels are owner, editor and reader.
application_databases = {
  tickets = {
    owner = "ticket-service"
    users = { "demand-forecast" = { access = "reader" } }
  }
  payments = {
    owner = "payment-gateway"
    users = {}
  }
}
