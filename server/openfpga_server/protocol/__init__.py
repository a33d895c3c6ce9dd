"""The wire format: msgspec structs of requests and answers, and the decoder that names the field at fault."""
