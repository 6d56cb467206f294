package projections
import ("testing";"path/filepath")
func TestDbg(t *testing.T){
 f,err:=create(filepath.Join(t.TempDir(),"toy-1-1.db"),toy,logID)
 if err!=nil{t.Fatal(err)}
 err=f.advance(t.Context(),toy,events(5)); t.Log(err)
 t.Log(f.close())
 t.Log(f.write(live))
 t.Log(f.read())
}
