"""API Gateway: proxy events, routes, problem documents."""
