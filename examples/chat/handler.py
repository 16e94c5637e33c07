"""A chat behind a WebSocket API: rooms, names, messages to everybody in a room.

    $connect       ?name=Ada&room=lobby    remembers who is there; 400 without a name
    enter          {"action": "enter"}     tells the room, and the one who enters who else is there
    sendMessage    {"action": "sendMessage", "text": "hello"}
    $disconnect                            forgets the connection and tells the room

Connections are kept in a DynamoDB table with the key connectionId, and an index by room. Nothing here knows whether it
runs on AWS or on Gatewright.
"""

import json
import os
import time

import boto3
from boto3.dynamodb.conditions import Key

LONGEST = {"name": 40, "room": 40, "text": 2000}  # characters
LIFE = 2 * 60 * 60  # seconds that a connection can last

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event, context):
    asked = event["requestContext"]
    route = ROUTES.get(asked["routeKey"])
    return {"statusCode": 200 if route is None else route(event, asked["connectionId"]) or 200}


def connect(event, connection_id):
    query = event.get("queryStringParameters") or {}
    name, room = cleaned("name", query.get("name")), cleaned("room", query.get("room", "lobby"))
    if not name or not room:
        return 400
    expires = int(time.time()) + LIFE
    table.put_item(Item={"connectionId": connection_id, "name": name, "room": room, "expires": expires})
    return 200


def enter(event, connection_id):
    member = find(connection_id)
    if member:
        names = sorted(each["name"] for each in members(member["room"]))
        tell(event, member["room"], {"type": "entered", "name": member["name"], "names": names})


def send_message(event, connection_id):
    member, text = find(connection_id), cleaned("text", json.loads(event["body"]).get("text"))
    if member and text:
        tell(event, member["room"], {"type": "message", "name": member["name"], "text": text})


def disconnect(event, connection_id):
    member = table.delete_item(Key={"connectionId": connection_id}, ReturnValues="ALL_OLD").get("Attributes")
    if member:
        names = sorted(each["name"] for each in members(member["room"]))
        tell(event, member["room"], {"type": "left", "name": member["name"], "names": names})


ROUTES = {"$connect": connect, "enter": enter, "sendMessage": send_message, "$disconnect": disconnect}


def cleaned(kind, value):
    return value.strip()[: LONGEST[kind]] if isinstance(value, str) else ""


def find(connection_id):
    return table.get_item(Key={"connectionId": connection_id}).get("Item")


def members(room):
    return table.query(IndexName="room", KeyConditionExpression=Key("room").eq(room))["Items"]


def tell(event, room, said):
    asked = event["requestContext"]
    connections = boto3.client(
        "apigatewaymanagementapi", endpoint_url=f"https://{asked['domainName']}/{asked['stage']}"
    )
    data = json.dumps(said).encode()
    for member in members(room):
        try:
            connections.post_to_connection(ConnectionId=member["connectionId"], Data=data)
        except connections.exceptions.GoneException:  # it left and nobody has told us
            table.delete_item(Key={"connectionId": member["connectionId"]})
