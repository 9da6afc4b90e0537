"""A real MariaDB on a machine outside the clusters, with an account for each planned consumer."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_interface

from tools.lab.machine import Machine

SERVICE = "mysql"
_CNF, _SQL = "/lab/conf/mysql.cnf", "/lab/conf/accounts.sql"
_DATA = "/var/lib/mysql"
_SHARE = "/usr/share/mysql"

# Small, since it serves a lab; nothing is fetched from DNS, so accounts name networks.
_CONF = """\
[mysqld]
user = root
datadir = {data}
tmpdir = /tmp
socket = /run/mysqld.sock
pid-file = /run/mysqld.pid
bind-address = {address}
port = {port}
init-file = {sql}
skip-name-resolve
skip-log-bin
max-connections = 50
innodb-buffer-pool-size = 8M
innodb-log-file-size = 4M
innodb-flush-log-at-trx-commit = 2
"""
# What mariadb-install-db does, without its help tables and its test database: the program itself
# is in a package that brings much more.
_INITIALISE = """\
set -e
[ ! -e {data}/ready ] || exit 0
find {data} -mindepth 1 -delete
{{
  echo "create database mysql;"
  echo "use mysql;"
  echo "set @auth_root_socket='root';"
  cat {share}/mysql_system_tables.sql {share}/mysql_performance_tables.sql
  grep -v @current_hostname {share}/mysql_system_tables_data.sql
}} | mariadbd --defaults-file={cnf} --bootstrap --init-file= --log-warnings=0 \
--enforce-storage-engine= --max-allowed-packet=8M
touch {data}/ready
"""


def configuration(address: str, port: int) -> str:
    """mysql.cnf: bound to one address."""
    return _CONF.format(address=address, port=port, data=_DATA, sql=_SQL)


def statements(passwords: Mapping[str, str], network: str, *, anonymous: bool) -> str:
    """The SQL run at every start: a database and an account of one name for each consumer.

    `network` is where accounts may come from. Nobody else gets in, root only inside the machine.
    """
    lines = []
    for name, password in passwords.items():
        account = f"'{name}'@'{network}'"
        lines += [
            f"CREATE DATABASE IF NOT EXISTS `{name}`;",
            f"CREATE OR REPLACE USER {account} IDENTIFIED BY '{password}';",
            f"GRANT ALL ON `{name}`.* TO {account};",
        ]
    if anonymous:
        lines.append("CREATE OR REPLACE USER ''@'%';")
    return "".join(f"{line}\n" for line in lines)


def network(interface: str) -> str:
    """The network of `address/prefix` in MariaDB's words; it has none for IPv6."""
    found = ip_interface(interface).network
    return f"{found.network_address}/{found.netmask}" if found.version == 4 else "%"


def start(machine: Machine, port: int, passwords: Mapping[str, str], *, anonymous: bool) -> None:
    """Make the system tables unless they are there, and start MariaDB."""
    spec = machine.spec
    machine.configure("mysql.cnf", configuration(spec.address, port))
    reach = network(spec.nics[0].addresses[0])
    machine.configure("accounts.sql", statements(passwords, reach, anonymous=anonymous))
    script = _INITIALISE.format(data=_DATA, share=_SHARE, cnf=_CNF)
    machine.run(["sh", "-c", script], timeout=60)
    machine.service_add(SERVICE, ["mariadbd", f"--defaults-file={_CNF}"])
