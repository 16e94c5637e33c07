// A Lambda function behind `GET /node`.
export const handler = async (event, context) => ({
  statusCode: 200,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ hello: event.queryStringParameters?.name ?? "world", from: "node", path: event.path }),
});
