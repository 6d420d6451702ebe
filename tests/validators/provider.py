"""A provider that knows the schema of a cloud and nothing else, spoken to over Terraform's plugin protocol 5: enough for `validate` and for tests under a mock.

Run by Terraform as `python provider.py schema.json`, with tfplugin-proto-all, grpcio, cryptography and protobuf.
"""

import base64
import datetime as dt
import json
import sys
import threading
from concurrent import futures
from pathlib import Path

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tfplugin_proto import tfplugin5_5_pb2 as pb
from tfplugin_proto import tfplugin5_5_pb2_grpc as service

NESTING = {"single": 1, "list": 2, "set": 3}


def block(told):
    attributes = [
        pb.Schema.Attribute(
            name=one["name"], type=json.dumps(one["type"]).encode(), required=one["required"], optional=one["optional"], computed=one["computed"]
        )
        for one in told["attributes"]
    ]
    inner = [
        pb.Schema.NestedBlock(
            type_name=one["name"], block=block(one["block"]), nesting=NESTING[one["nesting"]], min_items=one["min"], max_items=one["max"]
        )
        for one in told["blocks"]
    ]
    return pb.Schema.Block(version=0, attributes=attributes, block_types=inner)


def schema(told):
    return pb.Schema(version=0, block=block(told))


class Provider(service.ProviderServicer):
    """What Terraform asks; whatever it says is taken, because Terraform holds it against the schema itself."""

    # ruff: noqa: N802  the names are the protocol's

    def __init__(self, told):
        self.told = told

    def GetSchema(self, request, context):
        return pb.GetProviderSchema.Response(
            provider=schema(self.told["provider"]),
            resource_schemas={name: schema(one) for name, one in self.told["resources"].items()},
            data_source_schemas={name: schema(one) for name, one in self.told["data"].items()},
            server_capabilities=pb.ServerCapabilities(get_provider_schema_optional=True),
        )

    def GetMetadata(self, request, context):
        return pb.GetMetadata.Response(
            resources=[pb.GetMetadata.ResourceMetadata(type_name=name) for name in self.told["resources"]],
            data_sources=[pb.GetMetadata.DataSourceMetadata(type_name=name) for name in self.told["data"]],
        )

    def PrepareProviderConfig(self, request, context):
        return pb.PrepareProviderConfig.Response(prepared_config=request.config)

    def ValidateResourceTypeConfig(self, request, context):
        return pb.ValidateResourceTypeConfig.Response()

    def ValidateDataSourceConfig(self, request, context):
        return pb.ValidateDataSourceConfig.Response()

    def GetFunctions(self, request, context):
        return pb.GetFunctions.Response()

    def Stop(self, request, context):
        return pb.Stop.Response()


class Controller(grpc.GenericRpcHandler):
    """Ends when it is asked to: who does not know how is waited for, two seconds each time."""

    def __init__(self, stopped):
        self.stopped = stopped

    def service(self, handler_call_details):
        if handler_call_details.method != "/plugin.GRPCController/Shutdown":
            return None

        def shutdown(request, context):
            self.stopped.set()
            return b""

        return grpc.unary_unary_rpc_method_handler(shutdown, request_deserializer=bytes, response_serializer=bytes)


def certificate():
    """A key and a certificate for this one conversation."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private, made


def main():
    told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    private, made = certificate()
    server = grpc.server(futures.ThreadPoolExecutor(4))
    stopped = threading.Event()
    service.add_ProviderServicer_to_server(Provider(told), server)
    server.add_generic_rpc_handlers((Controller(stopped),))
    # Terraform's own certificate is not asked for: its curve (P-521) is none that this library takes
    credentials = grpc.ssl_server_credentials([(private, made.public_bytes(serialization.Encoding.PEM))])
    port = server.add_secure_port("127.0.0.1:0", credentials)
    server.start()
    told = base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode().rstrip("=")
    print(f"1|5|tcp|127.0.0.1:{port}|grpc|{told}", flush=True)  # noqa: T201
    stopped.wait()
    server.stop(1).wait()


if __name__ == "__main__":
    main()
