module trueline.lab/backend

go 1.24.0
